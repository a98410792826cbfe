<?php

declare(strict_types=1);

namespace Secenv\Server;

use Secenv\Protocol1\Padding;

/** The reference server: it finds who answers a request, and says no as HTTP does. */
final class App
{
    /**
     * Answers a request. `$state` is the folder of the server's state.
     *
     * @param list<string> $limits as `Limits::parse` takes them
     */
    public static function answer(
        Request $request,
        string $state,
        string $padding,
        string $sessions,
        bool $fleet,
        array $limits,
    ): void {
        header_remove('X-Powered-By');
        header('X-Content-Type-Options: nosniff');
        header('Cache-Control: no-store');
        try {
            $public = ($_SERVER['DOCUMENT_ROOT'] ?? '') ?: State::SERVED;
            $folder = State::in($state, $public, Limits::parse(...$limits), $fleet);
            $padding = Padding::tryFrom((int) filter_var($padding, FILTER_VALIDATE_INT))
                ?? throw new \RuntimeException('SECENV_PADDING is not 1, 4 or 5');
            self::route($request, self::routes($request, $folder, $padding, $sessions));
        } catch (Failure $failure) {
            self::say($failure->getCode(), ['error' => $failure->getMessage()]);
            if ($request->method === 'PUT' && \function_exists('fastcgi_finish_request')) {
                fastcgi_finish_request(); // or PHP waits for the rest of a document, and reads it, before it answers
            }
        } catch (\Throwable $bug) {
            // For whoever runs the server; no message of libsecenv or of ours holds a secret.
            error_log($bug::class . ': ' . $bug->getMessage());
            self::say(500, ['error' => 'the server failed']);
        }
    }

    /** @return array<string, array<string, callable(Request, ?string): void>> */
    private static function routes(Request $request, State $state, Padding $padding, string $sessions): array
    {
        if (str_starts_with($request->path, '/2/')) {
            return Protocol2::in($state, $sessions)->routes();
        }
        if ($request->path !== '/v1/health' && str_starts_with($request->path, '/v1/')) {
            if (!$state->speaksProtocol1()) {
                throw Failure::gone();
            }
            return (new Protocol1(
                $state->keys,
                new Peers($state->store, $state->keys),
                $state->documents,
                new Usage($state->store),
                $padding,
            ))->routes();
        }
        return ['/v1/health' => ['GET' => static fn () => self::say(200, ['ok' => true])]];
    }

    /** @param array<string, array<string, callable(Request, ?string): void>> $routes */
    private static function route(Request $request, array $routes): void
    {
        foreach ($routes as $path => $methods) {
            $pattern = str_replace('NAME', '(?<name>[^/]*)', $path);
            if (preg_match("#\A$pattern\z#", $request->path, $found) === 1) {
                // To HEAD, PHP sends what GET would be answered with, but for the body.
                $methods += isset($methods['GET']) ? ['HEAD' => $methods['GET']] : [];
                if (!isset($methods[$request->method])) {
                    header('Allow: ' . implode(', ', array_keys($methods)));
                    throw Failure::method();
                }
                $name = $found['name'] ?? null;
                if ($name !== null && preg_match('/\A[a-z0-9_-][a-z0-9._-]{0,63}\z/', $name) !== 1) {
                    throw Failure::unreadable();
                }
                $methods[$request->method]($request, $name);
                return;
            }
        }
        throw Failure::missing();
    }

    /** @param array<string, mixed> $answer */
    public static function say(int $status, array $answer): void
    {
        http_response_code($status);
        header('Content-Type: application/json');
        echo json_encode($answer, JSON_THROW_ON_ERROR | JSON_UNESCAPED_SLASHES);
    }

    /** @param resource $file */
    public static function send($file): void
    {
        header('Content-Type: application/octet-stream');
        header('Content-Length: ' . fstat($file)['size']);
        while (ob_get_level() > 0) {
            ob_end_clean();
        }
        if (($_SERVER['REQUEST_METHOD'] ?? '') !== 'HEAD') {
            fpassthru($file);
        }
    }
}

<?php

declare(strict_types=1);

namespace Secenv\Server;

use Secenv\Secret;
use Secenv\Sodium\SecretStream;

/** The documents of the clients: each belongs to the client that stored it, and lies under a data key of its own. */
final readonly class Documents
{
    /** Documents count as whole blocks of this size, in bytes: many small ones have their price too. */
    private const BLOCK = 65_536;

    /** More uploads than a client has under way. */
    private const UPLOADS = 1000;

    public function __construct(
        private Store $store,
        private Keys $keys,
        private string $folder,
        private Space $space,
    ) {
    }

    /** Notes the key under which the next upload of that name comes. Who notes without end forgets those before. */
    public function expect(string $owner, string $name, Secret $key): void
    {
        if ($this->store->row('SELECT count(*) AS n FROM uploads WHERE owner = ?', $owner)['n'] >= self::UPLOADS) {
            $this->store->change('DELETE FROM uploads WHERE owner = ?', $owner);
        }
        $this->store->add(
            'INSERT INTO uploads (owner, name, key) VALUES (?, ?, ?)
             ON CONFLICT (owner, name) DO UPDATE SET key = excluded.key',
            $owner,
            $name,
            $this->keys->seal("upload $owner $name", $key),
        );
    }

    /**
     * Stores an upload under a new data key and gives the SHA-256 of the plaintext. The document that had the name is
     * there until the new one is whole; an upload that breaks off, or for which there is no space, changes nothing.
     *
     * @param resource $body
     */
    public function put(string $owner, string $name, $body): string
    {
        $upload = $this->store->row('SELECT key FROM uploads WHERE owner = ? AND name = ?', $owner, $name)
            ?? throw Failure::refused();
        $most = $this->left($owner, $name);
        $watch = function (int $size) use ($most): void {
            if ($size > $most) {
                throw Failure::full();
            }
            $this->space->forDocument();
        };
        $watch(1);
        $from = $this->keys->open("upload $owner $name", $upload['key']);
        $to = SecretStream::key();
        $file = bin2hex(random_bytes(16));
        $this->sweep();
        try {
            $rekey = static fn ($part): string => StreamFile::rekey($body, $from, $part, $to, $watch);
            $hash = $this->write($file, $rekey);
            $old = $this->replace($owner, $name, $upload['key'], $file, $to);
        } catch (\Throwable $failure) {
            $this->discard($file);
            throw $failure;
        }
        if ($old !== null) {
            $this->discard($old);
        }
        return $hash;
    }

    /** The data key of a document. */
    public function key(string $owner, string $name): Secret
    {
        $row = $this->row($owner, $name);
        return $this->keys->open("document $owner $name {$row['file']}", $row['key']);
    }

    /**
     * The file of a document, open for reading.
     *
     * @return resource
     */
    public function read(string $owner, string $name)
    {
        $file = @fopen($this->path($this->row($owner, $name)['file']), 'rb');
        if ($file === false) {
            // It was replaced between the two lines above: the new one is there.
            $file = fopen($this->path($this->row($owner, $name)['file']), 'rb');
        }
        return $file === false ? throw new \RuntimeException('the document cannot be read') : $file;
    }

    /** @param callable(resource): string $content */
    private function write(string $file, callable $content): string
    {
        $part = fopen($this->path($file) . '.part', 'xb');
        if ($part === false) {
            throw new \RuntimeException('the document cannot be written');
        }
        $hash = $content($part);
        $durable = fsync($part) && fclose($part);
        if (!$durable || !rename($this->path($file) . '.part', $this->path($file))) {
            throw new \RuntimeException('the document cannot be written');
        }
        return $hash;
    }

    /** Gives the file that had the name before. Its upload key is used up; of two uploads under one, one is refused. */
    private function replace(string $owner, string $name, string $upload, string $file, Secret $key): ?string
    {
        $sealed = $this->keys->seal("document $owner $name $file", $key);
        return $this->store->together(function () use ($owner, $name, $upload, $file, $sealed): ?string {
            $spend = 'DELETE FROM uploads WHERE owner = ? AND name = ? AND key = ?';
            if ($this->store->change($spend, $owner, $name, $upload) !== 1) {
                throw Failure::refused();
            }
            // Others of this client came meanwhile.
            if ($this->size($file) > $this->left($owner, $name)) {
                throw Failure::full();
            }
            $old = $this->store->row('SELECT file FROM documents WHERE owner = ? AND name = ?', $owner, $name);
            $this->store->change(
                'INSERT INTO documents (owner, name, file, key) VALUES (?, ?, ?, ?)
                 ON CONFLICT (owner, name) DO UPDATE SET file = excluded.file, key = excluded.key',
                $owner,
                $name,
                $file,
                $sealed,
            );
            return $old['file'] ?? null;
        });
    }

    /** How much a client may still store under this name; what has it now is replaced. */
    private function left(string $owner, string $name): int
    {
        $others = $this->store->rows('SELECT file FROM documents WHERE owner = ? AND name <> ?', $owner, $name);
        $sizes = array_map(fn (array $row): int => $this->size($row['file']), $others);
        return $this->space->limits->documents - array_sum($sizes);
    }

    /** What a document counts. */
    private function size(string $file): int
    {
        return intdiv((int) @filesize($this->path($file)) + self::BLOCK - 1, self::BLOCK) * self::BLOCK;
    }

    /** @return array{file: string, key: string} */
    private function row(string $owner, string $name): array
    {
        return $this->store->row('SELECT file, key FROM documents WHERE owner = ? AND name = ?', $owner, $name)
            ?? throw Failure::missing();
    }

    /** Removes what uploads left behind that a crash ended, a day ago or earlier. */
    private function sweep(): void
    {
        foreach (glob("$this->folder/*.part") as $part) {
            if (@filemtime($part) < time() - 86_400) {
                @unlink($part);
            }
        }
    }

    private function discard(string $file): void
    {
        foreach ([$this->path($file), $this->path($file) . '.part'] as $path) {
            if (is_file($path)) {
                unlink($path);
            }
        }
    }

    private function path(string $file): string
    {
        return "$this->folder/$file";
    }
}

<?php

declare(strict_types=1);

namespace Secenv\Server;

use Secenv\Secret;
use Secenv\Sodium\SecretStream;

/** The documents of the clients: each belongs to the client that stored it, and lies under a data key of its own. */
final readonly class Documents
{
    /** Space that documents leave to the databases, in bytes: a full disk ends every session. */
    private const SPARE = 2 << 30;

    public function __construct(private Store $store, private Keys $keys, private string $folder)
    {
    }

    /** Notes the key under which the next upload of that name comes. */
    public function expect(string $owner, string $name, Secret $key): void
    {
        $this->store->change(
            'INSERT INTO uploads (owner, name, key) VALUES (?, ?, ?)
             ON CONFLICT (owner, name) DO UPDATE SET key = excluded.key',
            $owner,
            $name,
            $this->keys->seal("upload $owner $name", $key),
        );
    }

    /**
     * Stores an upload under a new data key and gives the SHA-256 of the plaintext. The document that had the name is
     * there until the new one is whole; an upload that breaks off changes nothing.
     *
     * @param resource $body
     */
    public function put(string $owner, string $name, $body): string
    {
        $upload = $this->store->row('SELECT key FROM uploads WHERE owner = ? AND name = ?', $owner, $name)
            ?? throw Failure::refused();
        if (disk_free_space($this->folder) < self::SPARE) {
            throw Failure::full();
        }
        $from = $this->keys->open("upload $owner $name", $upload['key']);
        $to = SecretStream::key();
        $file = bin2hex(random_bytes(16));
        $this->sweep();
        try {
            $hash = $this->write($file, $body, $from, $to);
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

    /** @param resource $body */
    private function write(string $file, $body, Secret $from, Secret $to): string
    {
        $part = fopen($this->path($file) . '.part', 'xb');
        if ($part === false) {
            throw new \RuntimeException('the document cannot be written');
        }
        $hash = StreamFile::rekey($body, $from, $part, $to);
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

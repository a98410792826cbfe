<?php

declare(strict_types=1);

namespace Secenv\Server;

/**
 * What vaults fetch: parcels, grants and manifests, which the operator puts into a folder. All clients may have all of
 * it: sealed and signed as they are, these files tell nothing to whoever holds no key, and no vault takes what is not
 * meant for it.
 */
final readonly class Offline
{
    public function __construct(private string $folder)
    {
    }

    /** @return list<array{name: string, length: int}> */
    public function files(): array
    {
        $files = [];
        foreach (is_dir($this->folder) ? scandir($this->folder) : [] as $name) {
            if (preg_match('/\A[a-z0-9_-][a-z0-9._-]{0,63}\z/', $name) === 1 && is_file("$this->folder/$name")) {
                $files[] = ['name' => $name, 'length' => (int) filesize("$this->folder/$name")];
            }
        }
        return $files;
    }

    /**
     * @param string $name as the router let it pass: it has no slash and does not begin with a dot
     * @return resource
     */
    public function read(string $name)
    {
        $file = is_file("$this->folder/$name") ? fopen("$this->folder/$name", 'rb') : false;
        return $file === false ? throw Failure::missing() : $file;
    }
}

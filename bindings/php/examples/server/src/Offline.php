<?php

declare(strict_types=1);

namespace Secenv\Server;

/**
 * What vaults fetch: parcels, grants, manifests and trust statements, which the operator puts into a folder. All
 * clients may have all of it: sealed and signed as they are, these files tell nothing to whoever holds no key, and no
 * vault takes what is not meant for it.
 */
final readonly class Offline
{
    /** What these files are called. No client takes others, and nothing else that lies there is given away. */
    private const NAME = '/\A(?=.{1,64}\z)[a-z0-9_-][a-z0-9._-]*\.(grant|manifest|parcel|trust)\z/';

    public function __construct(private string $folder)
    {
    }

    /** @return list<array{name: string, length: int}> */
    public function files(): array
    {
        $files = [];
        foreach (is_dir($this->folder) ? scandir($this->folder) : [] as $name) {
            if ($this->has($name)) {
                $files[] = ['name' => $name, 'length' => (int) filesize("$this->folder/$name")];
            }
        }
        return $files;
    }

    /** @return resource */
    public function read(string $name)
    {
        $file = $this->has($name) ? fopen("$this->folder/$name", 'rb') : false;
        return $file === false ? throw Failure::missing() : $file;
    }

    private function has(string $name): bool
    {
        return preg_match(self::NAME, $name) === 1 && is_file("$this->folder/$name");
    }
}

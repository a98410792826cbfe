<?php

declare(strict_types=1);

namespace Secenv\Server;

/** The folder with everything that the server keeps. */
final readonly class State
{
    private function __construct(
        public string $folder,
        public Keys $keys,
        public Store $store,
        public Documents $documents,
        public Limits $limits,
    ) {
    }

    /** Where the web server serves files from, unless it says otherwise. */
    public const SERVED = __DIR__ . '/../public';

    /** The state in `$folder`, which is made if it is not there, but never below `$served`. */
    public static function in(
        string $folder,
        string $served = self::SERVED,
        Limits $limits = new Limits(),
        bool $fleet = false,
    ): self {
        for ($there = $folder; realpath($there) === false;) {
            $there = \dirname($there);
        }
        if (str_starts_with(realpath($there) . '/', rtrim((string) realpath($served), '/') . '/')) {
            throw new \RuntimeException('SECENV_STATE lies where the web server serves files from');
        }
        $documents = "$folder/documents";
        if (!is_dir($documents) && !@mkdir($documents, 0o700, true) && !is_dir($documents)) {
            throw new \RuntimeException("cannot make $documents");
        }
        $keys = Keys::in($folder, $fleet);
        $space = new Space($folder, $limits);
        $store = Store::open("$folder/server.sqlite", $space);
        return new self($folder, $keys, $store, new Documents($store, $keys, $documents, $space), $limits);
    }

    /** Whether protocol 1 is still spoken. */
    public function speaksProtocol1(): bool
    {
        return !is_file($this->switch());
    }

    /** Switches protocol 1 on or off, for all workers at once. */
    public function speakProtocol1(bool $on): void
    {
        $done = $on ? !is_file($this->switch()) || unlink($this->switch()) : touch($this->switch());
        if (!$done) {
            throw new \RuntimeException('cannot write to the state folder');
        }
    }

    private function switch(): string
    {
        return "$this->folder/protocol-1.off";
    }
}

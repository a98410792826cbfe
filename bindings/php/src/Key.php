<?php

declare(strict_types=1);

namespace Secenv;

/** Keys that could not be read. */
final class Key
{
    /**
     * What the bytes look like that were to be a key, in one English sentence, and the command that converts them. Nothing
     * of the key is in it.
     *
     * @throws Exception\Misuse if the secret was freed
     */
    public static function diagnose(#[\SensitiveParameter] Secret|string $key): string
    {
        return Native::call('secenv_key_diagnose', $key);
    }
}

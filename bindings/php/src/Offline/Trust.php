<?php

declare(strict_types=1);

namespace Secenv\Offline;

use Psr\Clock\ClockInterface;
use Secenv\Exception\Misuse;
use Secenv\Exception\Rejected;
use Secenv\Handle;
use Secenv\Identity;
use Secenv\Native;
use Secenv\SystemClock;

/**
 * Which pins hold from now on, signed by offline roots: what is trusted, and the statements that say so. They need no
 * session.
 */
final class Trust extends Handle
{
    /** The most roots of a statement. */
    public const ROOTS_MAX = 8;
    /** The most pins of a role. */
    public const ROLE_PINS_MAX = 4;
    /** The longest chain: statements, one after the other. */
    public const CHAIN_BYTES_MAX = 1_048_576;

    /**
     * Writes a statement that nobody has signed yet.
     *
     * @throws Misuse for what no reader would take
     */
    public static function issue(TrustTerms $terms, ClockInterface $clock = new SystemClock()): string
    {
        $draft = Native::call(
            'secenv_trust_draft_start',
            $terms->version,
            $clock->now()->getTimestamp(),
            $terms->expires?->getTimestamp() ?? 0,
            $terms->roots,
            $terms->threshold,
            (int) $terms->allowShared,
        );
        $roles = [
            [TrustRole::Sessions, $terms->sessions],
            [TrustRole::Grants, $terms->grants],
            [TrustRole::Manifests, $terms->manifests],
        ];
        foreach ($roles as [$role, $pins]) {
            foreach ($pins as $one) {
                $until = $one->until?->getTimestamp() ?? 0;
                Native::call('secenv_trust_draft_add', $draft, $role->value, $one->pin, $until);
            }
        }
        return Native::call('secenv_trust_draft_issue', $draft);
    }

    /**
     * Adds a root's signature to a statement, in the place of one that it made before.
     *
     * @throws Rejected if it is no statement, or has 16 signatures of others
     */
    public static function sign(Identity $root, string $statement): string
    {
        return Native::call('secenv_trust_sign', $root, $statement);
    }

    /**
     * What a statement says of itself. Nothing of it is verified.
     *
     * @throws Rejected if it is none
     */
    public static function inspect(string $statement): TrustInfo
    {
        $read = Native::call('secenv_trust_statement_parse', $statement);
        $roles = array_map(static fn (TrustRole $role): array => self::named($read, $role), TrustRole::cases());
        return TrustInfo::of(Native::call('secenv_trust_statement_inspect', $read), $roles);
    }

    /**
     * Begins with roots: no pin is in force before version 1 was taken.
     *
     * @param list<string> $roots 32 bytes each
     * @throws Misuse for roots or a threshold that cannot be
     */
    public static function fromRoots(array $roots, int $threshold): self
    {
        return Native::call('secenv_trust_from_roots', $roots, $threshold);
    }

    /**
     * Begins with a statement that came with the program, or that was stored before. Whoever can replace it is
     * believed.
     *
     * @throws Rejected unless its own roots signed it
     */
    public static function fromStatement(string $statement): self
    {
        return Native::call('secenv_trust_from_statement', $statement);
    }

    /**
     * Takes what of a chain (a statement, or several, one after the other) is new, and says how many. What held stays
     * taken if a later one is refused. Store what `encode` gives before using a pin.
     *
     * @throws Rejected if one is refused
     */
    public function follow(string $chain): int
    {
        return Native::call('secenv_trust_follow', $this, $chain);
    }

    /**
     * The version of the statement in force; 0 before the first.
     *
     * @throws Misuse if this was freed
     */
    public function version(): int
    {
        return Native::call('secenv_trust_version', $this);
    }

    /**
     * The statement in force as it came.
     *
     * @throws Misuse before the first
     */
    public function encode(): string
    {
        return Native::call('secenv_trust_encode', $this);
    }

    /**
     * The pins of a role that are in force, in order of preference, at least one; of the sessions they are what a
     * client begins a handshake with.
     *
     * @return list<string>
     * @throws Rejected before the first statement, or if it is over, or each of the pins
     */
    public function pins(TrustRole $role, ClockInterface $clock = new SystemClock()): array
    {
        $list = Native::call('secenv_trust_pins', $this, $role->value, $clock->now()->getTimestamp());
        return $list['pins'];
    }

    /** @return list<TrustPin> */
    private static function named(TrustStatement $statement, TrustRole $role): array
    {
        $pins = [];
        $count = Native::call('secenv_trust_statement_pin_count', $statement, $role->value);
        for ($at = 0; $at < $count; $at++) {
            $one = Native::call('secenv_trust_statement_pin_at', $statement, $role->value, $at);
            $until = $one['until'] === 0 ? null : new \DateTimeImmutable('@' . $one['until']);
            $pins[] = new TrustPin($one['pin'], $until);
        }
        return $pins;
    }
}

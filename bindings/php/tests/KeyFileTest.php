<?php

declare(strict_types=1);

namespace Secenv\Tests;

use PHPUnit\Framework\TestCase;
use Secenv\Exception\SecenvException;
use Secenv\Secret;
use Secenv\Session\KeyFile;
use Secenv\Sodium\Hash;
use Secenv\Status;

/** Keys that change by themselves: docs/protocol-2.md, "The server's keys, and how they change". */
final class KeyFileTest extends TestCase
{
    /** The beginning of an hour and of a day. */
    private const MIDNIGHT = 1_800_057_600;

    private string $folder;
    private FixedClock $clock;

    protected function setUp(): void
    {
        $this->folder = sys_get_temp_dir() . '/secenv key file ' . bin2hex(random_bytes(8));
        mkdir($this->folder, 0o700);
        $this->clock = new FixedClock(self::MIDNIGHT);
    }

    protected function tearDown(): void
    {
        array_map(unlink(...), glob("$this->folder/*"));
        rmdir($this->folder);
    }

    public function testMakesItsKeyAndGivesTheSameWhileThePeriodLasts(): void
    {
        self::assertNull($this->cookies()->age());
        [$key, $accepted] = $this->cookies()->keys();
        self::assertSame([32, []], [$key->length(), $accepted]);
        $this->clock->time += 3599;
        self::assertSame(3599, $this->cookies()->age());
        self::assertTrue($this->cookies()->keys()[0]->equals($key));
        self::assertSame(41, filesize($this->path()));
        self::assertSame(0o600, fileperms($this->path()) & 0o777);
    }

    public function testTheCookieKeyOfTheHourBeforeIsAcceptedFor180Seconds(): void
    {
        [$first] = $this->cookies()->keys();
        $this->clock->time += 3600;
        [$second, $accepted] = $this->cookies()->keys();
        self::assertFalse($second->equals($first));
        self::assertTrue($accepted[0]->equals($first));
        $this->clock->time += 179;
        self::assertCount(1, $this->cookies()->keys()[1]);
        $this->clock->time += 1;
        self::assertCount(0, $this->cookies()->keys()[1]);
        self::assertTrue($this->cookies()->keys()[0]->equals($second));
    }

    public function testAStateKeyIsAcceptedForTheWholeDayAfterItsOwn(): void
    {
        $states = KeyFile::states($this->path(), clock: $this->clock);
        [$first] = $states->keys();
        $this->clock->time += 2 * 86_400 - 1;
        self::assertTrue($states->keys()[1][0]->equals($first));
        $this->clock->time += 1;
        [, $accepted] = $states->keys();
        self::assertCount(1, $accepted);
        self::assertFalse($accepted[0]->equals($first));
    }

    public function testOnOneHostNoKeyFollowsFromAnother(): void
    {
        [$first] = $this->cookies()->keys();
        $this->clock->time += 100 * 3600;
        [$later, $accepted] = $this->cookies()->keys();
        self::assertSame([], $accepted, 'nobody knows the key of the hour before');
        self::assertSame(41, filesize($this->path()));
        for ($key = $first, $n = 1; $n <= 100; $n++) {
            $key = self::next($key, intdiv(self::MIDNIGHT, 3600) + $n);
        }
        self::assertFalse($later->equals($key));
    }

    public function testHostsThatHoldCopiesOfOneFileAgreeForEver(): void
    {
        $this->cookies(true)->keys();
        copy($this->path(), $this->path('other'));
        $other = KeyFile::cookies($this->path('other'), true, $this->clock);
        [$first] = $other->keys();
        foreach ([1, 7, 1100] as $hours) {
            $this->clock->time += $hours * 3600;
            [$mine, $accepted] = $this->cookies(true)->keys();
            [$theirs] = $other->keys();
            self::assertTrue($mine->equals($theirs));
            self::assertCount(2, $accepted, 'that of the hour before and that of the next');
            $period = intdiv($this->clock->time, 3600);
            self::assertTrue($mine->equals(self::next($accepted[0], $period)));
            self::assertTrue($accepted[1]->equals(self::next($mine, $period + 1)));
        }
        self::assertFalse($first->equals($mine));
    }

    public function testAClockFarAheadDoesNotBurnTheChainWithoutBeingForced(): void
    {
        $this->cookies(true)->keys();
        $before = file_get_contents($this->path());
        $this->clock->time += 49 * 86_400;
        $this->assertRefused(Status::Clock, fn () => $this->cookies(true)->keys());
        self::assertSame($before, file_get_contents($this->path()));
        self::assertCount(2, $this->cookies(true)->keys(force: true)[1]);
        $now = file_get_contents($this->path());
        $this->clock->time -= 3600;
        $this->cookies(true)->keys();
        self::assertSame($now, file_get_contents($this->path()), 'a clock that is a little behind');
        $this->clock->time -= 48 * 86_400;
        $this->assertRefused(Status::Clock, fn () => $this->cookies(true)->keys(force: true));
        self::assertSame($now, file_get_contents($this->path()), 'a chain does not go back');
    }

    public function testAKeyThatAClockMadeWhichWasFarAheadDoesNotLastUntilThen(): void
    {
        $this->clock->time += 10 * 365 * 86_400;
        [$ahead] = $this->cookies()->keys();
        $this->clock->time -= 10 * 365 * 86_400;
        [$present, $accepted] = $this->cookies()->keys();
        self::assertFalse($present->equals($ahead));
        self::assertSame([[], 0], [$accepted, $this->cookies()->age()]);
        $this->clock->time += 3600;
        self::assertFalse($this->cookies()->keys()[0]->equals($present));
    }

    public function testAChainIsNotTakenForTheFileOfOneHostNorTheOtherWayRound(): void
    {
        foreach ([true, false] as $chain) {
            $this->cookies($chain)->keys();
            $before = file_get_contents($this->path());
            $this->clock->time += 3600;
            $this->assertRefused(Status::Damaged, fn () => $this->cookies(!$chain)->keys());
            $this->assertRefused(Status::Damaged, fn () => $this->cookies(!$chain)->age());
            self::assertSame($before, file_get_contents($this->path()));
            unlink($this->path());
        }
    }

    public function testNobodyElseMayOpenWhatIsBeingWritten(): void
    {
        umask(0);
        $this->cookies()->keys();
        umask(0o022);
        foreach (glob("$this->folder/*") as $file) {
            self::assertSame(0o600, fileperms($file) & 0o777, $file);
        }
        touch($this->path() . '.new-0011223344556677');
        $this->clock->time += 3600;
        $this->cookies()->keys();
        self::assertSame([], glob($this->path() . '.new-*'), 'what a worker that died left behind');
    }

    public function testWhoeverHoldsTheLockDoesNotHoldTheServer(): void
    {
        $this->cookies()->keys();
        $lock = fopen($this->path() . '.lock', 'c');
        flock($lock, LOCK_EX);
        self::assertCount(2, $this->cookies()->keys(), 'what is only read needs no lock');
        $this->clock->time += 3600;
        $this->assertRefused(Status::Unavailable, $this->cookies()->keys(...));
        fclose($lock);
        self::assertCount(2, $this->cookies()->keys());
    }

    public function testANewChainIsAcceptedByAllBeforeItIsUsedByAny(): void
    {
        [$old] = $this->cookies(true)->keys();
        $this->cookies(true)->prepareNext();
        [$still, $accepted] = $this->cookies(true)->keys();
        self::assertTrue($still->equals($old));
        [$new] = $accepted;
        $this->cookies(true)->useNext();
        self::assertTrue($this->cookies(true)->keys()[0]->equals($new));
        self::assertFileDoesNotExist($this->path() . '.next');
        $this->assertRefused(Status::NotFound, $this->cookies(true)->useNext(...));
    }

    public function testAfterATheftTheOldKeysAreAcceptedNoLonger(): void
    {
        [$old] = $this->cookies()->keys();
        $this->clock->time += 3600;
        [$stolen] = $this->cookies()->keys();
        $this->cookies()->renew();
        [$new, $accepted] = $this->cookies()->keys();
        self::assertFalse($new->equals($stolen));
        self::assertSame([], $accepted);
        self::assertStringNotContainsString($old->reveal(), file_get_contents($this->path()));
    }

    public function testWhatIsNoKeyFileIsDamagedAndStaysAsItIs(): void
    {
        foreach (['', 'short', "\1" . str_repeat('k', 39), "\3" . str_repeat('k', 40), str_repeat('k', 121)] as $bytes) {
            file_put_contents($this->path(), $bytes);
            $this->assertRefused(Status::Damaged, fn () => $this->cookies()->keys());
            self::assertSame($bytes, file_get_contents($this->path()));
        }
        $nowhere = KeyFile::cookies("$this->folder/none/cookie.key", clock: $this->clock);
        $this->assertRefused(Status::Unavailable, $nowhere->keys(...));
    }

    private function cookies(bool $chain = false): KeyFile
    {
        return KeyFile::cookies($this->path(), $chain, $this->clock);
    }

    private function path(string $name = 'cookie.key'): string
    {
        return "$this->folder/$name";
    }

    /** As the document says, by another way than the library's own. */
    private static function next(Secret $key, int $period): Secret
    {
        $lp = static fn (string $part): string => pack('N', \strlen($part)) . $part;
        return Secret::hold(Hash::of($lp('secenv 2 rotate') . $lp(pack('J', $period)), 32, $key));
    }

    private function assertRefused(Status $status, callable $work): void
    {
        try {
            $work();
        } catch (SecenvException $refusal) {
            self::assertSame($status->name, $refusal->status()->name);
            return;
        }
        self::fail('it was accepted');
    }
}

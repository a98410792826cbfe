<?php

declare(strict_types=1);

namespace Secenv\Tests;

use PHPUnit\Framework\TestCase;
use Secenv\Exception\Misuse;
use Secenv\Exception\Rejected;
use Secenv\Exception\SecenvException;
use Secenv\Exception\Unavailable;
use Secenv\Identity;
use Secenv\Offline\Device;
use Secenv\Offline\Grant;
use Secenv\Offline\GrantTerms;
use Secenv\Offline\Keyring;
use Secenv\Offline\KeyState;
use Secenv\Offline\Keyrings;
use Secenv\Offline\Manifest;
use Secenv\Offline\ManifestTerms;
use Secenv\Offline\Parcel;
use Secenv\Offline\ParcelInfo;
use Secenv\Offline\ParcelWriter;
use Secenv\Offline\SealRequest;
use Secenv\Offline\Trust;
use Secenv\Offline\TrustPin;
use Secenv\Offline\TrustRole;
use Secenv\Offline\TrustTerms;
use Secenv\Offline\Unlock;
use Secenv\Secret;
use Secenv\Status;

/** The server's side of data at rest; what it makes is read by the tool's vault. */
final class StoredTest extends TestCase
{
    private const WORKERS = 4;

    private string $folder;
    private Identity $signer;
    private Keyring $ring;
    private Device $device;

    protected function setUp(): void
    {
        $this->folder = sys_get_temp_dir() . '/secenv stored ' . bin2hex(random_bytes(6));
        mkdir($this->folder);
        $this->signer = Identity::generate();
        $this->ring = Keyring::generate(self::unlock());
        $this->device = Device::generate();
    }

    protected function tearDown(): void
    {
        exec('rm -r ' . escapeshellarg($this->folder));
    }

    public function testADocumentGoesFromAStreamIntoAVaultAndIsReadThere(): void
    {
        $document = random_bytes(3_000_000);
        $sealed = $this->sealed('a/b', 7, $document);
        self::assertSame(['a/b', 7, 3_000_000], [$sealed->id, $sealed->revision, $sealed->length]);
        self::assertSame([$this->ring->id(), $this->pin()], [$sealed->vault, $sealed->signer]);
        self::assertEquals($sealed, Parcel::inspect("$this->folder/a.parcel"));
        $as = new SealRequest('empty', 1, threads: 1);
        $empty = Parcel::sealFile($this->ring, $this->signer, $as, '/dev/null', "$this->folder/e.parcel");
        $this->keep('grant', $grant = $this->granted(1));
        $this->keep('manifest', $this->listed([$sealed, $empty]));
        $this->keep('device', $this->device->encodeSecret()->reveal());
        $this->keep('pw', 'a passphrase');
        $pin = 'sha256//' . base64_encode($this->pin());
        $this->tool('vault', 'init', 'v', '--server-pin', $pin, '--device', 'device', '--unlock-file', 'pw');
        $files = ['a.parcel', 'e.parcel', 'grant', 'manifest'];
        $this->tool('vault', 'apply', 'v', '--unlock-file', 'pw', ...$files);
        self::assertSame($document, $this->tool('vault', 'cat', 'v', '--unlock-file', 'pw', 'a/b'));
        self::assertSame('', $this->tool('vault', 'cat', 'v', '--unlock-file', 'pw', 'empty'));
        self::assertSame(Device::id($this->device->public()), Grant::inspect($grant)->device);
        $this->keep('next', $this->granted(2, Grant::digest($grant)));
        $said = $this->tool('vault', 'apply', 'v', '--unlock-file', 'pw', 'next');
        self::assertStringContainsString('grant', $said);
    }

    public function testTheServerReadsItsParcelsAndRewrapsThemToTheNextEpoch(): void
    {
        $this->sealed('a', 1, 'the contract');
        $old = Keyring::parse($this->ring->encode(), self::unlock());
        $this->ring->rotate();
        Parcel::rewrap("$this->folder/a.parcel", $this->ring);
        $parcel = Parcel::open("$this->folder/a.parcel", [random_bytes(32), $this->pin()], $this->ring);
        self::assertSame(12, $parcel->info()->length);
        self::assertSame('contract', $parcel->read(4, 99)->reveal());
        self::assertSame('', $parcel->read(12, 9)->reveal());
        self::assertRefused(Status::NoKey, fn () => Parcel::open("$this->folder/a.parcel", [$this->pin()], $old));
        $strangers = [random_bytes(32)];
        self::assertRefused(Status::Rejected, fn () => Parcel::open("$this->folder/a.parcel", $strangers, $this->ring));
        self::assertRefused(Status::NotFound, fn () => Parcel::inspect("$this->folder/b.parcel"), Misuse::class);
        self::assertRefused(Status::InvalidArgument, fn () => $parcel->read(-1, 1), Misuse::class);
        self::assertRefused(Status::TooLarge, fn () => $parcel->read(0, (64 << 20) + 1));
        $bad = file_get_contents("$this->folder/a.parcel");
        $bad[-200] = $bad[-200] ^ "\1";
        $this->keep('a.parcel', $bad);
        $parcel = Parcel::open("$this->folder/a.parcel", [$this->pin()], $this->ring);
        self::assertRefused(Status::Rejected, fn () => $parcel->read(0, 12));
    }

    public function testAKeyringGoesThroughItsEpochsAndNothingBringsADestroyedKeyBack(): void
    {
        $backup = Keyring::parse($this->ring->encode(), self::unlock());
        $first = $this->ring->keys()[0]->id;
        $this->ring->rotate();
        $this->ring->destroyKey($first);
        $this->ring->merge($backup);
        self::assertSame([KeyState::Destroyed, KeyState::Active], array_column($this->ring->keys(), 'state'));
        $this->ring->retire($this->ring->keys()[1]->id);
        self::assertSame([1, 2], array_column($this->ring->keys(), 'epoch'));
        self::assertRefused(Status::NoKey, fn () => $this->sealed('a', 1, 'x'));
        self::assertRefused(Status::NotFound, fn () => $this->ring->destroyKey(random_bytes(16)), Misuse::class);
        self::assertRefused(Status::InvalidArgument, fn () => $this->ring->destroyKey('short'), Misuse::class);
        self::assertRefused(Status::Foreign, fn () => $this->ring->merge(Keyring::generate(self::unlock())));
        $this->ring->changeUnlock(Unlock::passphrase('correct horse'));
        $sealed = $this->ring->encode();
        self::assertSame($this->ring->id(), Keyring::parse($sealed, Unlock::passphrase(Secret::hold('correct horse')))->id());
        self::assertRefused(Status::Rejected, fn () => Keyring::parse($sealed, Unlock::passphrase('battery')));
        self::assertRefused(Status::Damaged, fn () => Keyring::parse('x', self::unlock()), Misuse::class);
        self::assertRefused(Status::InvalidArgument, fn () => Unlock::key('short'), Misuse::class);
    }

    public function testAParcelWriterIsClosedAfterItsEndAndAManifestTakesOneVault(): void
    {
        [$writer, $front] = ParcelWriter::start($this->ring, $this->signer, new SealRequest('a', 1));
        $middle = $writer->push(Secret::hold('document'));
        [$last, $info] = $writer->finish();
        $this->keep('a.parcel', $front . $middle . $last);
        self::assertEquals($info, Parcel::inspect("$this->folder/a.parcel"));
        self::assertRefused(Status::Closed, fn () => $writer->push('more'), Misuse::class);
        $up = new SealRequest('../a', 1);
        $start = fn () => ParcelWriter::start($this->ring, $this->signer, $up);
        self::assertRefused(Status::InvalidArgument, $start, Misuse::class);
        self::assertRefused(Status::InvalidArgument, fn () => $this->listed([$info], random_bytes(16)), Misuse::class);
        $file = $this->listed([$info]);
        self::assertSame(32, \strlen(Manifest::digest($file)));
        self::assertRefused(Status::Malformed, fn () => Grant::digest($file));
        $full = fopen('/dev/full', 'wb');
        stream_set_write_buffer($full, 0);
        $from = fopen('php://memory', 'rb');
        self::assertRefused(
            Status::Disk,
            fn () => @Parcel::sealStream($this->ring, $this->signer, new SealRequest('a', 1), $from, $full),
            Unavailable::class,
        );
    }

    /** @return iterable<string, array{string}> */
    public static function databases(): iterable
    {
        yield 'SQLite' => ['SQLite'];
        yield 'PostgreSQL' => ['PostgreSQL'];
        yield 'MySQL' => ['MySQL'];
    }

    /** @dataProvider databases */
    public function testManyWorkersUseOneKeyringAndNoRotationIsLost(string $name): void
    {
        $address = $name === 'SQLite' ? "sqlite:$this->folder/rings.db" : Stores::address($name);
        $unlock = Unlock::key(str_repeat('k', 32));
        $keyrings = $name === 'SQLite'
            ? Keyrings::sqlite("$this->folder/rings.db", $unlock)
            : new Keyrings(Stores::pdo($address), $unlock);
        $keyrings->install();
        $made = $keyrings->open('shop')->id();
        $workers = [];
        for ($n = 0; $n < self::WORKERS; $n++) {
            $command = [PHP_BINARY, '-d', 'ffi.enable=1', __DIR__ . '/store/rotate.php', $address, '5'];
            $process = proc_open($command, [['pipe', 'r'], ['pipe', 'w'], STDERR], $pipes);
            $workers[] = [$process, ...$pipes];
        }
        foreach ($workers as [, , $said]) {
            self::assertSame("ready\n", fgets($said));
        }
        foreach ($workers as [, $told]) {
            fwrite($told, "go\n");
        }
        foreach ($workers as [$process]) {
            self::assertSame(0, proc_close($process));
        }
        $after = $keyrings->open('shop');
        self::assertSame($made, $after->id());
        self::assertCount(1 + self::WORKERS * 5, $after->keys());
        self::assertNotSame($made, $keyrings->open('other')->id());
        $stranger = new Keyrings(Stores::pdo($address), Unlock::key(str_repeat('x', 32)));
        self::assertRefused(Status::Rejected, fn () => $stranger->open('shop'));
        self::assertRefused(Status::InvalidArgument, fn () => $keyrings->open(''), Misuse::class);
    }

    public function testEveryTimeIsThatOfTheClockThatWasGiven(): void
    {
        $clock = new FixedClock(1_700_000_000);
        $ring = Keyring::generate(self::unlock(), $clock);
        $clock->time++;
        $ring->rotate($clock);
        $rings = Keyrings::sqlite("$this->folder/rings.db", self::unlock(), $clock);
        self::assertSame([1_700_000_000, 1_700_000_001], array_column($ring->keys(), 'created'));
        self::assertSame([1_700_000_001], array_column($rings->open('shop')->keys(), 'created'));
        $terms = new GrantTerms(1, new \DateTimeImmutable('@1700000600'), 300);
        $grant = Grant::inspect(Grant::issue($ring, $this->signer, $this->device->public(), $terms, $clock));
        self::assertSame([1_700_000_001, 1_700_000_001, 1_700_000_600], [$grant->issued, $grant->notBefore, $grant->notAfter]);
        $past = new ManifestTerms(1, new \DateTimeImmutable('@1699999999'));
        $manifest = fn () => Manifest::issue($this->signer, $ring->id(), $past, [], $clock);
        self::assertRefused(Status::InvalidArgument, $manifest, Misuse::class);
    }

    public function testWhatASignedFileSaysOfItselfIsWhatItWasMadeOf(): void
    {
        $grant = Grant::issue($this->ring, $this->signer, $this->device->public(), new GrantTerms(3, new \DateTimeImmutable('+1 day'), 60));
        $said = Grant::inspect($grant);
        self::assertSame([$this->ring->id(), 3, 60, null, $this->pin()], [$said->vault, $said->sequence, $said->maxOffline, $said->previous, $said->signer]);
        $next = new GrantTerms(4, new \DateTimeImmutable('+1 day'), 60, $said->digest);
        $next = Grant::issue($this->ring, $this->signer, $this->device->public(), $next);
        self::assertSame($said->digest, Grant::inspect($next)->previous);
        $manifest = Manifest::inspect($this->listed([$this->sealed('a', 1, 'x')]));
        self::assertSame([1, $this->pin()], [$manifest->entryCount, $manifest->signer]);
        self::assertRefused(Status::Malformed, fn () => Grant::inspect('no grant'));
        self::assertRefused(Status::InvalidArgument, fn () => $this->sealed("a\0b", 1, 'x'), Misuse::class);
    }

    public function testRootsSayWhoTheServerIsAndAHolderTakesOneStatementAfterTheOther(): void
    {
        $root = Identity::generate();
        $roots = [Identity::pin($root->public())];
        [$new, $old] = [new TrustPin(str_repeat("\2", 32)), new TrustPin(str_repeat("\1", 32), new \DateTimeImmutable('@1700000009'))];
        $mine = new TrustPin($this->pin());
        $clock = new FixedClock(1_700_000_000);
        $terms = fn (int $version, TrustPin ...$sessions) => new TrustTerms(
            $version,
            $roots,
            1,
            $sessions,
            [$mine],
            [$mine],
            new \DateTimeImmutable('@1700000099'),
        );
        $unsigned = Trust::issue($terms(1, $new, $old), $clock);
        $first = Trust::sign($root, $unsigned);
        $said = Trust::inspect($first);
        self::assertSame([1, 1_700_000_000, 1_700_000_099, false, 1], [$said->version, $said->issued, $said->expires, $said->allowShared, $said->threshold]);
        self::assertSame([$roots, $roots, []], [$said->roots, $said->signers, Trust::inspect($unsigned)->signers]);
        self::assertEquals([[$new, $old], [$mine], [$mine]], [$said->sessions, $said->grants, $said->manifests]);
        self::assertSame(Trust::inspect($unsigned)->digest, $said->digest);
        $trust = Trust::fromRoots($roots, 1);
        self::assertRefused(Status::OutOfOrder, fn () => $trust->pins(TrustRole::Sessions, $clock));
        self::assertRefused(Status::NotFound, fn () => $trust->encode(), Misuse::class);
        self::assertRefused(Status::Rejected, fn () => $trust->follow($unsigned));
        self::assertSame([1, 0, 1], [$trust->follow($first), $trust->follow($first), $trust->version()]);
        self::assertSame([$new->pin, $old->pin], $trust->pins(TrustRole::Sessions, new FixedClock(1_700_000_009)));
        self::assertSame([$new->pin], $trust->pins(TrustRole::Sessions, new FixedClock(1_700_000_010)));
        self::assertRefused(Status::Expired, fn () => $trust->pins(TrustRole::Grants, new FixedClock(1_700_000_100)));
        self::assertRefused(Status::OutOfOrder, fn () => $trust->follow(Trust::sign($root, Trust::issue($terms(3, $new), $clock))));
        self::assertSame($first, Trust::fromStatement($trust->encode())->encode());
        self::assertRefused(Status::Rejected, fn () => Trust::fromStatement($unsigned));
        self::assertRefused(Status::InvalidArgument, fn () => Trust::issue($terms(1, $mine), $clock), Misuse::class);
        self::assertRefused(Status::InvalidArgument, fn () => Trust::fromRoots([], 1), Misuse::class);
        $shared = new TrustTerms(1, $roots, 1, [$mine], [$mine], [$mine], allowShared: true);
        self::assertTrue(Trust::inspect(Trust::issue($shared))->allowShared);
        $device = $this->device->encodeSecret()->reveal();
        array_map($this->keep(...), ['device', 'pw', 'trust', 'grant'], [$device, 'a passphrase', $first, $this->granted(1)]);
        $begin = ['--root-pin', 'sha256//' . base64_encode($roots[0]), '--threshold', '1'];
        $this->tool('vault', 'init', 'v', '--device', 'device', '--unlock-file', 'pw', ...$begin);
        self::assertStringContainsString('statement', $this->tool('vault', 'apply', 'v', '--unlock-file', 'pw', 'trust'));
    }

    public function testAKeyringIsNotMergedWithItself(): void
    {
        self::assertRefused(Status::InvalidArgument, fn () => $this->ring->merge($this->ring), Misuse::class);
    }

    private static function unlock(): Unlock
    {
        return Unlock::key(str_repeat("\7", 32));
    }

    private function pin(): string
    {
        return Identity::pin($this->signer->public());
    }

    private function sealed(string $id, int $revision, string $document): ParcelInfo
    {
        $from = fopen('php://memory', 'w+b');
        fwrite($from, $document);
        rewind($from);
        $to = fopen("$this->folder/a.parcel", 'wb');
        return Parcel::sealStream($this->ring, $this->signer, new SealRequest($id, $revision), $from, $to);
    }

    private function granted(int $sequence, ?string $previous = null): string
    {
        $terms = new GrantTerms($sequence, new \DateTimeImmutable('+10 minutes'), 300, $previous);
        return Grant::issue($this->ring, $this->signer, $this->device->public(), $terms);
    }

    /** @param list<ParcelInfo> $parcels */
    private function listed(array $parcels, ?string $vault = null): string
    {
        $terms = new ManifestTerms(1, new \DateTimeImmutable('+10 minutes'));
        return Manifest::issue($this->signer, $vault ?? $this->ring->id(), $terms, $parcels);
    }

    private function keep(string $name, string $content): void
    {
        file_put_contents("$this->folder/$name", $content);
    }

    private function tool(string ...$arguments): string
    {
        $folder = getenv('SECENV_LIB_DIR') ?: __DIR__ . '/../../../build/lib';
        $command = ["$folder/secenv", ...$arguments];
        $process = proc_open($command, [1 => ['pipe', 'w'], 2 => ['pipe', 'w']], $pipes, $this->folder);
        $said = stream_get_contents($pipes[1]);
        $why = stream_get_contents($pipes[2]);
        self::assertSame([0, ''], [proc_close($process), $why], implode(' ', $arguments));
        return $said;
    }

    private static function assertRefused(Status $status, callable $work, string $family = Rejected::class): void
    {
        try {
            $work();
        } catch (SecenvException $refusal) {
            self::assertSame([$family, $status], [$refusal::class, $refusal->status()]);
            return;
        }
        self::fail("nothing was refused with $status->name");
    }
}

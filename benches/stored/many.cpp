// Vaults with many parcels, and reads at random places, through the C++ binding.
//   many make FOLDER COUNT       a keyring, COUNT small parcels, a grant, a manifest, an empty vault
//   many apply FOLDER            how long applying all of it takes, in nanoseconds
//   many list FOLDER             how long unlocking and listing takes
//   many read FOLDER PARCEL N    how long a read of 4 KiB at a random place takes: a parcel, then a vault's "big"
//   many run LOG COMMAND...      runs it; writes how long it took, in nanoseconds, and its peak memory in KiB to LOG
#include <secenv.hpp>

#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <random>
#include <string>
#include <vector>

namespace fs = std::filesystem;
using namespace secenv;

namespace {

const auto key = unlock_key::parse(std::vector<std::uint8_t>(32, 7));

void keep(const fs::path& path, byte_view content) {
    std::ofstream file{path, std::ios::binary};
    file.write(content.text().data(), static_cast<std::streamsize>(content.size()));
}

std::string all(const fs::path& path) {
    std::ifstream file{path, std::ios::binary};
    return {std::istreambuf_iterator<char>{file}, {}};
}

template <class Work>
long long timed(Work&& work) {
    const auto start = std::chrono::steady_clock::now();
    work();
    return std::chrono::duration_cast<std::chrono::nanoseconds>(std::chrono::steady_clock::now() - start).count();
}

void make_folder(const fs::path& folder, int count) {
    const auto with = unlock_secret::key(key);
    const auto ring = keyring::generate(with);
    const auto signer = identity::generate();
    const auto mine = device::generate();
    constexpr std::chrono::seconds long_enough{1'000'000};
    auto named = manifest::start({ring.id(), 1, detail::now() + long_enough});
    fs::create_directories(folder / "in");
    for (int i = 0; i < count; i++) {
        const auto id = "document/" + std::to_string(i);
        auto [work, front] = parcel_writer::start(ring, signer, {id, 1, 1});
        auto file = front.to_string();
        file += work.push("a small document, number " + std::to_string(i)).text();
        const auto end = work.finish();
        file += end.last.text();
        keep(folder / "in" / std::to_string(i), file);
        named.add(id, 1, end.info.root, end.info.length);
    }
    keep(folder / "in" / "manifest", named.issue(signer));
    const grant_terms terms{1, detail::now() + long_enough, long_enough};
    keep(folder / "in" / "grant", grant::issue(ring, signer, mine.public_key(), terms));
    keep(folder / "device", mine.encode_secret());
    keep(folder / "pin", identity::pin(signer.public_key()));
}

vault empty_vault(const fs::path& folder) {
    fs::remove_all(folder / "vault");
    const auto mine = device::parse(all(folder / "device"));
    return vault::create(folder / "vault", unlock_secret::key(key), mine, {{pin::from_bytes(all(folder / "pin"))}});
}

/// The median of many reads of 4 KiB.
template <class Read>
long long at_random(std::uint64_t length, int times, Read&& read) {
    std::mt19937_64 random{7};
    std::vector<long long> taken;
    for (int i = 0; i < times; i++) {
        const auto offset = random() % (length - 4096);
        taken.push_back(timed([&] {
            if (read(offset).size() != 4096) throw std::runtime_error{"short"};
        }));
    }
    std::sort(taken.begin(), taken.end());
    return taken[taken.size() / 2];
}

/// This process is small, so that what it forks from does not count.
int run(const char* log, char** command) {
    int status = 0;
    rusage used{};
    const auto taken = timed([&] {
        const auto child = fork();
        if (child == 0) {
            execvp(command[0], command);
            _exit(127);
        }
        wait4(child, &status, 0, &used);
    });
    std::ofstream{log} << taken << ' ' << used.ru_maxrss << '\n';
    return WIFEXITED(status) ? WEXITSTATUS(status) : 1;
}

}  // namespace

int main(int argc, char** argv) {
    if (argc < 3) return 2;
    if (std::string{argv[1]} == "run") return run(argv[2], argv + 3);
    const std::string what = argv[1];
    const fs::path folder = argv[2];
    if (what == "make") {
        make_folder(folder, std::stoi(argv[3]));
    } else if (what == "apply") {
        auto mine = empty_vault(folder);
        std::vector<fs::path> files;
        for (const auto& entry : fs::directory_iterator{folder / "in"}) files.push_back(entry.path());
        std::vector<applied> report;
        std::cout << timed([&] { report = mine.apply(files); }) << '\n';
        const auto all_new = std::all_of(report.begin(), report.end(), [](const auto& file) { return file.is_new; });
        if (!all_new) return 3;
    } else if (what == "list") {
        std::vector<document> listed;
        std::cout << timed([&] { listed = vault::unlock(folder / "vault", unlock_secret::key(key)).list(); }) << '\n';
        if (!std::all_of(listed.begin(), listed.end(), [](const auto& found) { return found.is_here; })) return 3;
    } else if (what == "read") {
        const auto ring = keyring::parse(all(folder / "ring"), unlock_secret::key(key));
        const auto opened = parcel::open_file(argv[3], {pin::from_bytes(all(folder / "pin"))}, ring);
        const int times = std::stoi(argv[4]);
        const auto length = opened.inspect().length;
        std::cout << at_random(length, times, [&](auto at) { return opened.read(at, 4096); }) << ' ';
        auto mine = vault::unlock(folder / "vault", unlock_secret::key(key));
        std::cout << at_random(length, times, [&](auto at) { return mine.read({"big", at, 4096}); }) << '\n';
    } else {
        return 2;
    }
}

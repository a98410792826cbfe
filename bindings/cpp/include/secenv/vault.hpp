//! The vault: the client's folder with what the server sealed, read offline.
#pragma once

#include <secenv/device.hpp>
#include <secenv/path.hpp>
#include <secenv/pin.hpp>
#include <secenv/time.hpp>
#include <secenv/trust.hpp>
#include <secenv/unlock_secret.hpp>

namespace secenv {

/// Whom a new vault trusts: pins or `trust`, not both.
struct vault_config {
    std::vector<pin> pins{};               ///< Who signs its grants and manifests, for good: 1 to 4.
    const secenv::trust* trust = nullptr;  ///< The roots or the trust statement that it begins with; borrowed.
    time_point now = detail::now();
};

/// What is known when a vault is unlocked.
struct unlock_options {
    std::optional<secenv::anchor> anchor{};
    time_point now = detail::now();
};

/// What to read of a document.
struct read_request {
    std::string id;
    std::uint64_t offset;
    std::size_t length;          ///< In bytes, at most 64 MiB.
    std::uint64_t revision = 0;  ///< As `vault::find` said it, so that all parts are of the same; 0: the current one.
    time_point now = detail::now();
};

/// What a file that was applied is.
enum class file_kind : std::int32_t {
    unknown = SECENV_FILE_UNKNOWN,  ///< None of the library's files, or it could not be read.
    trust = SECENV_FILE_TRUST,
    grant = SECENV_FILE_GRANT,
    manifest = SECENV_FILE_MANIFEST,
    parcel = SECENV_FILE_PARCEL,
};

/// What became of a file that was applied.
struct applied {
    std::filesystem::path path;
    file_kind kind;
    secenv_status status;  ///< OK if it was taken, or why it was refused.
    bool is_new;           ///< Whether it was taken and had not been there before.
};

/// A document that the manifest names.
struct document {
    std::string id;
    std::uint64_t revision;
    std::uint64_t length;  ///< In bytes.
    bool is_here;          ///< Whether its parcel is in the vault.
};

/// What can be wrong with a parcel.
enum class flaw : std::int32_t {
    missing = SECENV_FLAW_MISSING,  ///< The manifest names it, and it is not here.
    extra = SECENV_FLAW_EXTRA,      ///< It is here, and no manifest names it.
    stale = SECENV_FLAW_STALE,      ///< It is another revision of a document that the manifest names.
    damaged = SECENV_FLAW_DAMAGED,  ///< It is not what was signed.
};

/// Something that is wrong.
struct problem {
    secenv::flaw flaw;
    std::string name;  ///< The document, or the file if it names none.
};

/// How a vault stands.
struct vault_info {
    /// What the grant in force says.
    struct held_grant {
        std::uint64_t sequence;
        time_point issued;
        time_point not_before;
        time_point not_after;
        std::chrono::seconds max_offline;
    };
    /// What the manifest in force says.
    struct held_manifest {
        std::uint64_t version;
        time_point issued;
        time_point expires;
    };

    std::optional<vault_id> vault;  ///< None until a grant says which vault this is.
    device_id device;
    std::uint64_t generation;     ///< Counts the changes.
    time_point latest_time;       ///< The high-water mark: the latest time that was seen.
    std::vector<pin> pins;        ///< Who signs for good; none if trust statements say who.
    std::uint64_t trust_version;  ///< Of the trust statement in force; 0 for none.
    std::optional<held_grant> grant;
    std::vector<std::uint64_t> epochs;  ///< Of the keys that are held, ascending; none while nothing may be read.
    std::optional<held_manifest> manifest;
    secenv_status lease;  ///< OK if documents may be read now, or the status that reading has.
};

/// A vault that is unlocked. Other processes may use the same folder; one thread at a time uses this object. `now` is
/// the time: the lease of the grant and the manifest is held against it.
class vault : public detail::owner<secenv_vault, secenv_vault_free> {
public:
    using owner::owner;

    /// Makes an empty vault in a folder that is not there, or empty.
    [[nodiscard]] static vault create(const std::filesystem::path& folder, const unlock_secret& unlock,
                                      const device& mine, const vault_config& config) {
        const auto path = detail::utf8(folder), pins = detail::joined(config.pins);
        const auto secret = detail::c_unlock(unlock);
        auto made_as = detail::sized<secenv_vault_config>();
        made_as.unlock = &secret;
        made_as.pins = byte_view{pins}.data();
        made_as.pin_count = config.pins.size();
        made_as.trust = config.trust ? config.trust->get() : nullptr;
        made_as.device = mine.get();
        made_as.now = detail::number_of(config.now);
        return detail::call_owner<vault>(secenv_vault_create, path.c_str(), &made_as);
    }
    /// Throws `rejected` for another secret, if anything was changed, or if the folder is older than the anchor
    /// (`STALE`).
    [[nodiscard]] static vault unlock(const std::filesystem::path& folder, const unlock_secret& unlock,
                                      const unlock_options& options = {}) {
        const auto path = detail::utf8(folder);
        const auto secret = detail::c_unlock(unlock);
        return detail::call_owner<vault>(secenv_vault_unlock, path.c_str(), &secret, options.anchor,
                                         detail::number_of(options.now));
    }

    /// To be kept elsewhere after each call that may have changed the vault.
    [[nodiscard]] secenv::anchor anchor() const {
        return detail::call_array<secenv::anchor>(secenv_vault_anchor, get());
    }
    /// Applies trust statements, grants, manifests and parcels, whatever their order, and says what became of each: a
    /// file with a status other than OK was refused, and the others were taken.
    [[nodiscard]] std::vector<applied> apply(const std::vector<std::filesystem::path>& files,
                                             time_point now = detail::now(), std::uint32_t threads = 0) {
        std::vector<std::string> texts;
        std::vector<const char*> paths;
        texts.reserve(files.size());
        paths.reserve(files.size());
        for (const auto& file : files) paths.push_back(texts.emplace_back(detail::utf8(file)).c_str());
        secenv_apply_report* made = nullptr;
        detail::call(secenv_vault_apply, changing(), paths.data(), paths.size(), detail::number_of(now), threads,
                     &made);
        const detail::handle<secenv_apply_report, secenv_apply_report_free> report{made};
        return detail::items(made, secenv_apply_report_count(made), secenv_apply_report_at,
                             [](const secenv_applied& file) -> applied {
                                 return {detail::path_of(file.path), file_kind{file.kind},
                                         static_cast<secenv_status>(file.status), file.is_new};
                             });
    }
    /// The same, and throws the exception for the first file that was refused; the others were taken.
    void apply_or_throw(const std::vector<std::filesystem::path>& files, time_point now = detail::now(),
                        std::uint32_t threads = 0) {
        for (const auto& file : apply(files, now, threads)) {
            if (file.status == SECENV_STATUS_OK) continue;
            detail::fail(file.status, detail::utf8(file.path) + ": " + secenv_status_message(file.status));
        }
    }
    /// The documents that the manifest names, ascending by id.
    [[nodiscard]] std::vector<document> list() {
        secenv_documents* made = nullptr;
        detail::call(secenv_vault_list, changing(), &made);
        const detail::handle<secenv_documents, secenv_documents_free> documents{made};
        return detail::items(made, secenv_documents_count(made), secenv_documents_at, document_of);
    }
    /// Throws `misuse` with `NOT_FOUND` if the manifest does not name it.
    [[nodiscard]] document find(std::string_view id) {
        const auto name = detail::c_text(id);
        return document_of(detail::call_out<secenv_document>(secenv_vault_find, changing(), name.c_str()));
    }
    /// A part of a document; shorter only at the end. Throws `rejected` with `STALE` if the manifest names another
    /// revision than was asked for, with `EXPIRED`, `CLOCK` or `NO_KEY` if it may not be read now.
    [[nodiscard]] bytes read(const read_request& what) {
        const auto id = detail::c_text(what.id);
        auto request = detail::sized<secenv_read>();
        request.id = id.c_str();
        request.revision = what.revision;
        request.offset = what.offset;
        request.len = what.length;
        request.now = detail::number_of(what.now);
        return detail::call_bytes(secenv_vault_read, changing(), &request);
    }
    /// All of a document, piece by piece, to `sink(byte_view)`: each piece after it was checked.
    template <class Sink>
    void read_all(std::string_view id, Sink&& sink, time_point now = detail::now()) {
        static constexpr std::size_t piece = 4 << 20;
        const auto whole = find(id);
        std::uint64_t done = 0;
        do {
            const auto part = read({whole.id, done, piece, whole.revision, now});
            sink(byte_view{part});
            done += part.size();
        } while (done < whole.length);
    }
    /// What is wrong with the parcels.
    [[nodiscard]] std::vector<problem> verify(std::uint32_t threads = 0) {
        secenv_problems* made = nullptr;
        detail::call(secenv_vault_verify, changing(), threads, &made);
        const detail::handle<secenv_problems, secenv_problems_free> problems{made};
        return detail::items(made, secenv_problems_count(made), secenv_problems_at,
                             [](const secenv_problem& found) -> problem { return {flaw{found.flaw}, found.name}; });
    }
    /// How the vault stands.
    [[nodiscard]] vault_info status(time_point now = detail::now()) {
        const auto said = detail::call_out<secenv_vault_info>(secenv_vault_status, changing(), detail::number_of(now));
        vault_info info{};
        if (said.has_vault) info.vault = detail::array_at<vault_id>(said.vault);
        info.device = detail::array_at<device_id>(said.device);
        info.generation = said.generation;
        info.latest_time = detail::time_of(said.latest_time);
        info.pins = detail::arrays_at<pin>(said.pins, said.pin_count);
        info.trust_version = said.trust_version;
        if (said.has_grant) {
            info.grant = {said.grant_sequence, detail::time_of(said.grant_issued),
                          detail::time_of(said.grant_not_before), detail::time_of(said.grant_not_after),
                          detail::seconds_of(said.grant_max_offline)};
        }
        info.epochs = detail::items(get(), said.epoch_count, secenv_vault_epoch_at,
                                    [](std::uint64_t epoch) { return epoch; });
        if (said.has_manifest) {
            info.manifest = {said.manifest_version, detail::time_of(said.manifest_issued),
                             detail::time_of(said.manifest_expires)};
        }
        info.lease = static_cast<secenv_status>(said.lease);
        return info;
    }
    /// The roots or the trust statement that it goes by, as it saw them last: a copy. Throws `misuse` with `NOT_FOUND`
    /// if it was made with pins, for good.
    [[nodiscard]] secenv::trust trust() const { return detail::call_owner<secenv::trust>(secenv_vault_trust, get()); }
    /// Changes what unlocks the vault. Older copies of the folder keep their secret.
    void change_unlock(const unlock_secret& unlock) {
        const auto secret = detail::c_unlock(unlock);
        detail::call(secenv_vault_change_unlock, changing(), &secret);
    }
    /// Wipes its keys from memory; every call throws `misuse` with `CLOSED` then.
    void lock() { detail::call(secenv_vault_lock, changing()); }

private:
    [[nodiscard]] static document document_of(const secenv_document& said) {
        return {said.id, said.revision, said.length, said.is_here};
    }
};

}  // namespace secenv

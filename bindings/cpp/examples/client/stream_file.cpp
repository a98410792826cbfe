#include "stream_file.hpp"

#include "failure.hpp"

#include <algorithm>

namespace client {

namespace {

constexpr std::size_t sealed_chunk = chunk_size + secenv::stream::overhead;
constexpr std::size_t header_size = secenv::stream::header::size();

}  // namespace

std::uint64_t sealed_size(std::uint64_t size) noexcept {
    const auto chunks = std::max<std::uint64_t>(1, size / chunk_size + (size % chunk_size != 0));
    return header_size + size + chunks * secenv::stream::overhead;
}

std::uint64_t opened_size(std::uint64_t sealed) noexcept {
    const auto body = sealed - std::min<std::uint64_t>(sealed, header_size);
    const auto chunks = body / sealed_chunk + (body % sealed_chunk != 0);
    return body - std::min(body, chunks * secenv::stream::overhead);
}

sealing_reader::sealing_reader(source file, const secenv::stream::key& key)
    : file_{std::move(file)}, size_{file_.size()}, left_{size_}, sealer_{key} {
    ready_.assign(sealer_.header().begin(), sealer_.header().end());
}

std::size_t sealing_reader::read(std::uint8_t* out, std::size_t capacity) {
    if (taken_ == ready_.size() && !sealer_.finished()) seal_next();
    const auto size = std::min(capacity, ready_.size() - taken_);
    std::copy_n(ready_.begin() + static_cast<std::ptrdiff_t>(taken_), size, out);
    taken_ += size;
    return size;
}

void sealing_reader::seal_next() {
    if (interrupted) throw stopped();
    const auto size = static_cast<std::size_t>(std::min<std::uint64_t>(left_, chunk_size));
    const bool last = left_ <= chunk_size;
    std::uint8_t more = 0;
    if (file_.read(plain_.secret_data(), size) != size || (last && file_.read(&more, 1) != 0)) {
        throw failure{outcome::other, "the file changed while it was read"};
    }
    left_ -= size;
    const secenv::byte_view chunk{plain_.data(), size};
    hash_.update(chunk);
    const auto sealed = sealer_.seal(last ? secenv::stream::tag::last : secenv::stream::tag::message, chunk);
    ready_.assign(sealed.begin(), sealed.end());
    taken_ = 0;
}

void opening_writer::write(secenv::byte_view piece) {
    while (!piece.empty()) {
        // A whole chunk is opened when more follows: only the last one may be shorter.
        if (opener_ && waiting_.size() == sealed_chunk) open_chunk();
        const auto want = (opener_ ? sealed_chunk : header_size) - waiting_.size();
        const auto size = std::min(want, piece.size());
        waiting_.insert(waiting_.end(), piece.begin(), piece.begin() + size);
        piece = {piece.data() + size, piece.size() - size};
        if (!opener_ && waiting_.size() == header_size) {
            header_ = secenv::stream::header::parse(waiting_);
            opener_.emplace(key_, header_);
            waiting_.clear();
        }
    }
}

void opening_writer::finish() {
    if (!opener_) throw secenv::rejected{};
    open_chunk();
    if (!opener_->finished()) throw secenv::rejected{};
}

void opening_writer::open_chunk() {
    auto& opener = *opener_;
    if (opener.finished()) throw secenv::rejected{};
    const auto opened = opener.open(waiting_);
    const bool plain_message = opened.place == secenv::stream::tag::message && waiting_.size() == sealed_chunk;
    if (!plain_message && !opener.finished()) throw secenv::rejected{};
    waiting_.clear();
    to_(opened.chunk);
}

}  // namespace client

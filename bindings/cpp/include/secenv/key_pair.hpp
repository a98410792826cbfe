//! Key pairs, the same for every kind of key.
#pragma once

#include <secenv/array.hpp>

namespace secenv::detail {

/// A key pair. `Traits` names the types of its halves and its seed, and libsodium's two functions that make it.
template <class Traits>
struct key_pair {
    typename Traits::public_key public_key;
    typename Traits::secret_key secret_key;

    [[nodiscard]] static key_pair generate() {
        return filled([](auto* pk, auto* sk) { check_made(Traits::keypair(pk, sk)); });
    }
    /// The pair that belongs to a seed, always the same; each kind of key makes another of it.
    [[nodiscard]] static key_pair from_seed(const typename Traits::seed& seed) {
        return filled([&](auto* pk, auto* sk) { check_made(Traits::seed_keypair(pk, sk, seed.secret_data())); });
    }

private:
    template <class Fill>
    [[nodiscard]] static key_pair filled(Fill&& fill) {
        typename Traits::public_key pk;
        auto sk = Traits::secret_key::filled([&](auto* sk_out) {
            pk = Traits::public_key::filled([&](auto* pk_out) { fill(pk_out, sk_out); });
        });
        return {pk, std::move(sk)};
    }
};

}  // namespace secenv::detail

//! Trust statements: which pins hold from now on, signed by offline roots (`docs/trust.md`). The Update Framework calls
//! it root metadata.

mod statement;
mod trusted;
#[cfg(test)]
mod tests;

pub use statement::{
    CHAIN_BYTES_MAX, CHAIN_MAX, ROLE_PINS_MAX, ROOTS_MAX, Role, RolePin, Roots, SIGNATURES_MAX, Statement, Trust,
    TrustInfo, issue, parse_chain, sign,
};
pub use trusted::{Trusted, TrustedInfo};

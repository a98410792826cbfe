//! rsa (being written)

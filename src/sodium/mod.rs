//! sodium (being written)

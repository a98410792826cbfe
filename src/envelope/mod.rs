//! envelope (being written)

//! libsecenv through Rust; C, C++ and PHP are programs of their own beside this file.

pub mod rust;

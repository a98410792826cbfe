//! An attacker who reads, keeps, changes, drops and sends whatever she likes. Each test is what she tries, and the text
//! behind each refusal says what stops her. After each try the honest message still works: what is refused changes
//! nothing.

mod mallory;

mod bits;
mod handshake;
mod insider;
mod pins;
mod records;
mod state;
mod thief;
mod welcome;

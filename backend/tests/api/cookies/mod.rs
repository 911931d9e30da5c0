//! The session's cookies: their attributes, their size, and what becomes of spoiled ones.

mod attributes;
mod changes;
mod foreign;
mod mutated;
mod properties;
mod size;

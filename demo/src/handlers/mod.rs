//! One module per endpoint. The functions that block are kept out of line, as larger ones would be.

pub mod compress;
pub mod dns;
pub mod hash;
pub mod legal;
pub mod lock;
pub mod read;
pub mod rpc;
pub mod sleep;

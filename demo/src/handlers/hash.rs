//! `/hash`: a password hash on the worker thread. Belongs in `spawn_blocking`.

use hmac::Hmac;
use sha2::Sha256;

use crate::{calibrate, App};

pub struct PasswordHasher {
    rounds: u32,
}

impl PasswordHasher {
    pub fn new() -> PasswordHasher {
        let rounds = calibrate::amount_for_target(200, |rounds| {
            derive_key(rounds);
        });
        PasswordHasher { rounds }
    }

    #[inline(never)]
    pub fn hash_password(&self) -> [u8; 32] {
        derive_key(self.rounds)
    }
}

fn derive_key(rounds: u32) -> [u8; 32] {
    let mut hash = [0; 32];
    pbkdf2::pbkdf2::<Hmac<Sha256>>(b"correct horse battery staple", b"salt", rounds, &mut hash);
    hash
}

pub async fn hash_handler(app: &App) -> String {
    let hash = app.passwords.hash_password();
    format!("{:02x}{:02x}…\n", hash[0], hash[1])
}

//! Cost of sealing and opening a session, with ciphers whose random nonces are safe: see
//! decision 2.

use std::{
    hint::black_box,
    time::{Duration, Instant},
};

use aes_gcm::{
    Aes256Gcm,
    aes::{Aes256, Block, cipher::BlockCipherEncrypt},
};
use aes_gcm_siv::Aes256GcmSiv;
use anyhow::{Result, anyhow};
use chacha20poly1305::{KeyInit, XChaCha20Poly1305, aead::Aead};

/// Bytes of a session with the local provider's tokens.
const SESSION: usize = 2_200;
const ROUNDS: u32 = 7;
const PER_ROUND: u32 = 20_000;
const KEY: [u8; 32] = [7; 32];
const NONCE: [u8; 24] = [9; 24];

fn main() -> Result<()> {
    let session = vec![b'a'; SESSION];
    println!("| cipher | seal, µs | open, µs |\n|---|---|---|");

    let cipher = XChaCha20Poly1305::new(&KEY.into());
    row("XChaCha20-Poly1305", &session, |text, seals| {
        with(&cipher, &NONCE.into(), text, seals)
    })?;
    let cipher = Aes256GcmSiv::new(&KEY.into());
    row("AES-256-GCM-SIV", &session, |text, seals| {
        let [nonce, ..] = halves();
        with(&cipher, &nonce.into(), text, seals)
    })?;
    let cipher = Aes256::new(&KEY.into());
    row("XAES-256-GCM", &session, |text, seals| {
        let [first, last] = halves();
        let derived = Aes256Gcm::new(&derived_key(&cipher, first).into());
        with(&derived, &last.into(), text, seals)
    })
}

fn with<C: Aead>(
    cipher: &C,
    nonce: &chacha20poly1305::aead::Nonce<C>,
    text: &[u8],
    seals: bool,
) -> Result<Vec<u8>> {
    let done = if seals {
        cipher.encrypt(nonce, text)
    } else {
        cipher.decrypt(nonce, text)
    };
    done.map_err(|_| anyhow!("the cipher refuses"))
}

fn halves() -> [[u8; 12]; 2] {
    let (first, last) = NONCE.split_at(12);
    [first, last].map(|half| half.try_into().unwrap_or_default())
}

/// The key for one nonce (C2SP XAES-256-GCM: NIST SP 800-108r1 in counter mode, with CMAC).
fn derived_key(cipher: &Aes256, nonce: [u8; 12]) -> [u8; 32] {
    let mut subkey = Block::default();
    cipher.encrypt_block(&mut subkey);
    let carry = subkey.iter().next().is_some_and(|byte| byte >> 7 == 1);
    let doubled = u128::from_be_bytes(subkey.into()) << 1;
    let subkey = doubled ^ if carry { 0x87 } else { 0 };
    let mut key = [0; 32];
    for (counter, half) in (1..).zip(key.chunks_exact_mut(16)) {
        let mut input = [0, counter, b'X', 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0];
        input[4..].copy_from_slice(&nonce);
        let mut block = Block::from((u128::from_be_bytes(input) ^ subkey).to_be_bytes());
        cipher.encrypt_block(&mut block);
        half.copy_from_slice(&block);
    }
    key
}

/// Prints the fastest of some rounds: what disturbs a round only makes it slower.
fn row(name: &str, text: &[u8], work: impl Fn(&[u8], bool) -> Result<Vec<u8>>) -> Result<()> {
    let sealed = work(text, true)?;
    anyhow::ensure!(work(&sealed, false)? == text, "{name} opens its own seals");
    let fastest = |text: &[u8], seals| -> Result<f64> {
        let mut best = Duration::MAX;
        for _ in 0..ROUNDS {
            let began = Instant::now();
            for _ in 0..PER_ROUND {
                black_box(work(black_box(text), seals)?);
            }
            best = best.min(began.elapsed() / PER_ROUND);
        }
        Ok(best.as_secs_f64() * 1e6)
    };
    let (seal, open) = (fastest(text, true)?, fastest(&sealed, false)?);
    println!("| {name} | {seal:.2} | {open:.2} |");
    Ok(())
}

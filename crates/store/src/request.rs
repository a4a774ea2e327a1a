//! A request's identity: the same id asks for the same thing, once.

use queue::Action;
use sha2::{Digest, Sha256};

use crate::Error;

/// What was requested, as a digest that is kept beside the request's id.
pub(crate) fn digest(action: &Action) -> Result<Vec<u8>, Error> {
    let text = serde_json::to_string(action)?;
    Ok(Sha256::digest(text.as_bytes())[..16].to_vec())
}

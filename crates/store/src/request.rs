//! A request's identity: the same id asks for the same thing, once.

use std::borrow::Cow;

use queue::Action;
use sha2::{Digest, Sha256};

use crate::Error;

/// What was requested, as a digest that is kept beside the request's id.
///
/// Whoever it is for is left out: equal digests would tell for ever that two numbers were one
/// person's, long after the key of that day is gone.
pub(crate) fn digest(action: &Action) -> Result<Vec<u8>, Error> {
    let mut action = Cow::Borrowed(action);
    if let Action::Issue { wish, .. } | Action::CheckIn { wish, .. } = action.as_ref()
        && wish.person.is_some()
        && let Action::Issue { wish, .. } | Action::CheckIn { wish, .. } = action.to_mut()
    {
        wish.person = None;
    }
    let text = serde_json::to_string(action.as_ref())?;
    Ok(Sha256::digest(text.as_bytes())[..16].to_vec())
}

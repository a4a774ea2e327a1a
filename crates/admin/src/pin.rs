//! `luot pin`: from a PIN, typed unseen, to what a config keeps of it.

use crate::{Desk, Outcome, officer};

pub(crate) fn pin(desk: &Desk) -> Outcome {
    let kept = officer::typed()?.0;
    desk.say(&if desk.json { serde_json::json!({ "pin": kept }).to_string() } else { kept })
}

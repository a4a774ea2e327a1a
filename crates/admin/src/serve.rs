//! The centre's pages.

use crate::{Desk, Failure, Outcome};

pub(crate) fn serve(desk: &Desk, listen: &str) -> Outcome {
    desk.say(&format!("serving on http://{listen}"))?;
    web::serve(&desk.url, listen).map_err(|error| Failure::Cannot {
        what: error.to_string(),
        help: "choose a free address with --listen 127.0.0.1:8080".into(),
    })
}

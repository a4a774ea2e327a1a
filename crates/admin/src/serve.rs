//! The centre's pages.

use crate::{Desk, Failure, Outcome};

pub(crate) fn serve(desk: &Desk, listen: &str) -> Outcome {
    // The line is for people; without them the pages go on.
    let told = |address| drop(desk.say(&format!("serving on http://{address}")));
    web::serve(&desk.url, listen, told).map_err(|error| Failure::Cannot {
        what: format!("{listen}: {error}"),
        help: "choose a free address with --listen 127.0.0.1:8080, or any free port with :0".into(),
    })
}

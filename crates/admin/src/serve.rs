//! The centre's pages.

use std::path::Path;

use station::config::{WebConfig, load};

use crate::{Desk, Failure, Outcome};

/// The config of an installed centre.
const INSTALLED: &str = "/etc/luot/web.toml";

/// The config that was named, or the installed one where there is one.
pub(crate) fn config(named: Option<&Path>) -> Result<Option<WebConfig>, Failure> {
    let installed = Path::new(INSTALLED);
    let file = named.or_else(|| installed.exists().then_some(installed));
    Ok(file.map(load).transpose()?)
}

pub(crate) fn serve(desk: &Desk, listen: &str) -> Outcome {
    // The line is for people; without them the pages go on.
    let told = |address| drop(desk.say(&format!("serving on http://{address}")));
    web::serve(&desk.url, desk.clock.clone(), listen, told).map_err(|error| Failure::Cannot {
        what: format!("{listen}: {error}"),
        help: "choose a free address with --listen 127.0.0.1:8080, or any free port with :0".into(),
    })
}

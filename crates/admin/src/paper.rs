//! `luot paper`: what is left on a kiosk's rolls, as its printers count it.

use std::path::Path;

use devices::paper_left;
use station::config::{KioskConfig, load};
use store::StoreUrl;

use crate::{Desk, Failure, Outcome};

pub(crate) fn paper(desk: &Desk, config: &Path) -> Outcome {
    let config: KioskConfig = load(config)?;
    let url: StoreUrl = config.store.parse()?;
    for (unit, printer) in config.printer.all().iter().enumerate() {
        let file = config.printer.count_file(unit, url.path());
        let left = paper_left(&file).map_err(|error| Failure::Cannot {
            what: format!("{}: {error}", file.display()),
            help: "delete it; the count begins anew with the next slip".into(),
        })?;
        if desk.json {
            let said = serde_json::json!({"printer": unit + 1, "url": printer.url,
                "tickets_left": left.map(|left| left.tickets), "mm_left": left.map(|left| left.mm)});
            desk.say(&said.to_string())?;
            continue;
        }
        let known = match left {
            Some(left) => format!("≈ {} tickets left, {} m", left.tickets, left.mm / 1_000),
            None => "nothing was counted yet".to_owned(),
        };
        desk.say(&format!("printer {} ({}): {known}", unit + 1, printer.url))?;
    }
    Ok(())
}

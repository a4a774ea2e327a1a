//! The way to the province, and the view from there.

use std::convert::Infallible;
use std::time::Duration;

use store::{Error, Shipper, Store, StoreUrl};

use crate::cli::ProvinceCommand;
use crate::{Desk, Outcome};

/// How long news are waited for between two looks.
const LOOK: Duration = Duration::from_secs(2);
/// The pause after a failure, at first and at most; it doubles in between.
const AGAIN: (Duration, Duration) = (Duration::from_secs(1), Duration::from_secs(60));

/// Sends what the province does not have; with `follow` for ever, whatever fails meanwhile.
pub(crate) fn ship(desk: &Desk, to: &str, follow: bool) -> Outcome {
    let to: StoreUrl = to.parse()?;
    if !follow {
        let sent = ship_all(&mut Shipper::connect(&to)?, &mut desk.store()?)?;
        let said = if desk.json {
            serde_json::json!({ "sent": sent }).to_string()
        } else {
            format!("{sent} events sent")
        };
        return desk.say(&said);
    }
    let mut pause = AGAIN.0;
    loop {
        let Err(error) = follow_until_trouble(desk, &to, &mut pause);
        tracing::warn!(%error, pause_s = pause.as_secs(), "nothing can be sent for now");
        std::thread::park_timeout(pause);
        pause = (pause * 2).min(AGAIN.1);
    }
}

fn follow_until_trouble(
    desk: &Desk,
    to: &StoreUrl,
    pause: &mut Duration,
) -> Result<Infallible, Error> {
    let mut store = Store::open(&desk.url)?;
    let mut shipper = Shipper::connect(to)?;
    let mut news = store.news();
    loop {
        let sent = ship_all(&mut shipper, &mut store)?;
        *pause = AGAIN.0;
        if sent > 0 {
            tracing::info!(sent, "events sent to the province");
        }
        news.wait(LOOK);
        store.still_ours()?;
    }
}

fn ship_all(shipper: &mut Shipper, store: &mut Store) -> Result<i64, Error> {
    let mut all = 0;
    loop {
        match shipper.ship(store)? {
            0 => return Ok(all),
            sent => all += sent,
        }
    }
}

/// The logins of a central database.
pub(crate) fn province(desk: &Desk, command: &ProvinceCommand) -> Outcome {
    let (role, address) = match command {
        ProvinceCommand::Init => ("reader", Shipper::enrol_reader(&desk.url)?),
        ProvinceCommand::Enrol { site } => ("shipper", Shipper::enrol(&desk.url, site)?),
    };
    if desk.json {
        return desk.say(&serde_json::json!({"role": role, "address": address}).to_string());
    }
    desk.say(&format!("{role}: {address}"))?;
    desk.say("write this address down now; the password is kept nowhere")
}

/// Every centre and service of the province.
pub(crate) fn board(desk: &Desk) -> Outcome {
    let rows = Shipper::connect(&desk.url)?.board()?;
    for row in rows {
        if desk.json {
            desk.say(
                &serde_json::json!({"site": row.site, "day": row.day, "service": row.service,
                    "waiting": row.waiting, "called": row.called, "median_min": row.median_min,
                    "p90_min": row.p90_min, "within_15": row.within_15})
                .to_string(),
            )?;
            continue;
        }
        let minutes =
            |value: Option<f64>| value.map_or("–".into(), |value| format!("{value:.0}"));
        let share = row.within_15.map_or("–".into(), |share| format!("{:.0} %", share * 100.0));
        desk.say(&format!(
            "{:<14} {}  {:<12} {:>4} waiting  {:>5} called  median {:>3} min  p90 {:>3} min  {share:>5} within 15 min",
            row.site,
            row.day,
            row.service,
            row.waiting,
            row.called,
            minutes(row.median_min),
            minutes(row.p90_min)
        ))?;
    }
    Ok(())
}

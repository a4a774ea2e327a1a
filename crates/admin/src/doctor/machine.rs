//! The machine: its configs and its clock.

use std::collections::BTreeSet;
use std::path::Path;
use std::process::Command;

use serde::Deserialize;
use station::config::{CounterConfig, HallConfig, KioskConfig, Limits, WebConfig, load};
use store::StoreUrl;

use super::{Configs, Findings, Machine, words};

/// A clock that stands so far before the last event is wrong, milliseconds.
const BEHIND_MS: i64 = 2 * 60_000;
/// No centre is closed for longer than this.
const AHEAD_MS: i64 = 14 * 24 * 3_600_000;

/// Reads the configs of a machine and looks whether what they name is there.
pub(super) fn configs(machine: &Machine<'_>, folder: &Path, findings: &mut Findings) -> Configs {
    let configs = Configs {
        kiosk: read::<KioskConfig>(folder, "kiosk", findings),
        counter: read::<CounterConfig>(folder, "counter", findings),
        hall: read::<HallConfig>(folder, "hall", findings),
        web: read::<WebConfig>(folder, "web", findings),
    };
    let place = folder.display();
    if !["kiosk", "counter", "hall", "web"].iter().any(|name| path(folder, name).exists()) {
        findings.note(
            "config",
            words(
                format!("không có tệp cấu hình nào trong {place}"),
                format!("there is no config in {place}"),
            ),
        );
    }
    stores(machine, &configs, findings);
    counters(machine, &configs, findings);
    configs
}

fn path(folder: &Path, name: &str) -> std::path::PathBuf {
    folder.join(name).with_extension("toml")
}

fn read<T: for<'de> Deserialize<'de> + Limits>(
    folder: &Path,
    name: &str,
    findings: &mut Findings,
) -> Option<T> {
    let path = path(folder, name);
    if !path.exists() {
        return None;
    }
    match load::<T>(&path) {
        Ok(config) => {
            let said = format!("{}", path.display());
            findings.fine("config", words(format!("{said}: đọc được"), format!("{said}: reads")));
            Some(config)
        }
        Err(error) => {
            let line = error.line.map(|line| format!(":{line}")).unwrap_or_default();
            let said = format!("{}{line}: {}", error.file.display(), error.what);
            findings.bad(
                "config",
                words(said.clone(), said),
                words("So với tệp mẫu trong config/ rồi sửa dòng đó.", error.help),
            );
            None
        }
    }
}

/// Every program of one machine names the same queue.
fn stores(machine: &Machine<'_>, configs: &Configs, findings: &mut Findings) {
    let named = [
        configs.kiosk.as_ref().map(|config| ("kiosk.toml", &config.store)),
        configs.counter.as_ref().map(|config| ("counter.toml", &config.store)),
        configs.hall.as_ref().map(|config| ("hall.toml", &config.store)),
        configs.web.as_ref().map(|config| ("web.toml", &config.store)),
    ];
    for (file, store) in named.into_iter().flatten() {
        let todo = || {
            words(
                format!("Sửa dòng store trong {file} cho giống nhau ở mọi chương trình."),
                format!("Correct store in {file}; every program of one centre names the same."),
            )
        };
        match store.parse::<StoreUrl>() {
            Err(error) => {
                let said = format!("{file}: {error}");
                findings.bad("config", words(said.clone(), said), todo());
            }
            // The logins of a server differ by program, their centre does not show in them.
            Ok(url) if url.path() != machine.desk.url.path() => findings.warn(
                "config",
                words(
                    format!("{file} dùng hàng đợi khác: {url}"),
                    format!("{file} names another queue: {url}"),
                ),
                todo(),
            ),
            Ok(_) => {}
        }
    }
}

/// The counters that configs name are the centre's.
fn counters(machine: &Machine<'_>, configs: &Configs, findings: &mut Findings) {
    let Some(site) = machine.site() else { return };
    let of_counter = configs.counter.iter().map(|config| config.counter.as_str());
    let of_hall = configs.hall.iter().flat_map(|config| config.counters.iter());
    let of_counter = of_counter.filter(|code| !code.is_empty()).map(|code| ("counter.toml", code));
    let named = of_counter.chain(of_hall.map(|code| ("hall.toml", code.as_str())));
    for (file, code) in named {
        if site.counter(&code.into()).is_none() {
            let known: Vec<_> = site.counters.iter().map(|counter| counter.id.as_str()).collect();
            findings.bad(
                "config",
                words(
                    format!("{file}: trung tâm không có quầy {code}"),
                    format!("{file}: the centre has no counter {code}"),
                ),
                words(
                    format!("Chọn một trong các quầy: {}", known.join(" ")),
                    format!("Choose one of: {}", known.join(" ")),
                ),
            );
        }
    }
}

pub(super) fn clock(machine: &Machine<'_>, findings: &mut Findings) {
    let set_it = || {
        words(
            "Đặt lại ngày giờ của máy; nếu ngày đúng: luot confirm-date",
            "Set the machine's date and time; if the date is right: luot confirm-date",
        )
    };
    let now = machine.time(machine.now);
    if let Ok(found) = &machine.look.found {
        let (at, since) = (machine.time(found.at), machine.now.since(found.at));
        if since < -BEHIND_MS {
            let said = words(
                format!("đồng hồ máy ({now}) chậm hơn sự kiện cuối ({at})"),
                format!("the clock ({now}) stands before the last event ({at})"),
            );
            findings.bad("clock", said, set_it());
        } else if since > AHEAD_MS {
            let said = words(
                format!("đồng hồ máy là {now}, sự kiện cuối đã lâu: {at}"),
                format!("the clock says {now}, the last event was long before: {at}"),
            );
            findings.warn("clock", said, set_it());
        } else {
            findings
                .fine("clock", words(format!("đồng hồ máy {now}"), format!("the clock: {now}")));
        }
        if let Some(at) = found.clock.map(|at| machine.time(at)) {
            let said = words(
                format!("đồng hồ đã nhảy trong ngày, lần cuối lúc {at}"),
                format!("the clock jumped on the last day, last at {at}"),
            );
            findings.warn("clock", said, set_it());
        }
    }
    zone(machine, findings);
    synchronised(findings);
}

/// The queue goes by the centre's zone; another one of the machine only confuses who reads its logs.
fn zone(machine: &Machine<'_>, findings: &mut Findings) {
    let Some(site) = machine.site() else { return };
    let wanted = &site.time_zone;
    let said = match zone_of_machine() {
        Some(zone) if zone == *wanted => {
            return findings.fine("zone", words(format!("múi giờ {zone}"), format!("zone {zone}")));
        }
        Some(zone) => words(
            format!(
                "múi giờ của máy là {zone}, của trung tâm là {wanted}; hàng đợi theo trung tâm"
            ),
            format!(
                "the machine's zone is {zone}, the centre's {wanted}; the queue goes by the centre's"
            ),
        ),
        None => words(
            format!("không rõ múi giờ của máy; hàng đợi theo {wanted}"),
            format!("the machine's zone is not known; the queue goes by {wanted}"),
        ),
    };
    findings.note("zone", said);
}

/// As programs find it: the environment's, or where the link leads.
fn zone_of_machine() -> Option<String> {
    if let Ok(zone) = std::env::var("TZ") {
        return Some(zone.trim_start_matches(':').to_owned()).filter(|zone| !zone.is_empty());
    }
    let link = std::fs::read_link("/etc/localtime").ok()?;
    let (_, zone) = link.to_str()?.split_once("zoneinfo/")?;
    Some(zone.to_owned())
}

/// A centre without a network has no clock to go by, so this is told and never held against it.
fn synchronised(findings: &mut Findings) {
    match asked_systemd() {
        Some(true) => findings.fine(
            "time",
            words("đồng hồ được đồng bộ qua mạng", "the clock is kept right over the network"),
        ),
        Some(false) => findings.note(
            "time",
            words(
                "đồng hồ không được đồng bộ qua mạng: mỗi tuần so với giờ chuẩn một lần",
                "the clock is not kept right over the network: compare it once a week",
            ),
        ),
        None => findings.note(
            "time",
            words(
                "không biết đồng hồ có được đồng bộ không",
                "whether the clock is kept right is not known",
            ),
        ),
    }
}

/// What systemd knows of the kernel's clock, whoever sets it.
fn asked_systemd() -> Option<bool> {
    let said = Command::new("timeout")
        .args(["3", "timedatectl", "show", "--property=NTPSynchronized", "--value"])
        .output()
        .ok()?;
    match String::from_utf8_lossy(&said.stdout).trim() {
        "yes" => Some(true),
        "no" => Some(false),
        _ => None,
    }
}

/// The first letters of every number that the centre can give.
pub(super) fn letters(site: &queue::Site) -> Vec<&str> {
    let letters: BTreeSet<_> =
        site.services.iter().map(|service| service.prefix.as_str()).collect();
    letters.into_iter().collect()
}

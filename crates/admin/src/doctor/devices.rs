//! What stands around the machine: the printer, the loudspeaker and its voices, the hall's screen.

use std::path::Path;
use std::sync::Arc;

use devices::{Code, LinkUrl, Printer, PrinterConfig, Profiles, Width, paper_left};
use station::config::{SoundSection, found};
use voice::{OutputUrl, Pack, Region};

use super::machine::letters;
use super::{Findings, Machine, words};

/// A call of which no hall has said anything for so long was not shown, milliseconds.
const SILENT_MS: i64 = 60_000;
/// Slips after which a new roll should be at hand.
const FEW: u32 = 100;
/// The pack of the English sentence.
const ENGLISH: &str = "en-kokoro";

pub(super) fn printer(machine: &Machine<'_>, findings: &mut Findings) {
    let Some(section) = machine.configs.kiosk.as_ref().map(|config| &config.printer) else {
        return;
    };
    let profiles = match section.profiles.as_os_str().is_empty() {
        true => Profiles::built_in(),
        false => Profiles::with(&section.profiles),
    };
    let profiles = match profiles {
        Ok(profiles) => Arc::new(profiles),
        Err(error) => return unusable(findings, &error),
    };
    for (unit, printer) in section.all().into_iter().enumerate() {
        let url = match printer.url.parse::<LinkUrl>() {
            Ok(url) => url,
            Err(error) => {
                unusable(findings, &error);
                continue;
            }
        };
        let width = if printer.width_mm == 58 { Width::Mm58 } else { Width::Mm80 };
        let known = PrinterConfig::chosen(url, &printer.profile, width, Arc::clone(&profiles));
        match known {
            Ok(config) => ask(findings, &printer.url, &config),
            Err(error) => unusable(findings, &error),
        }
        paper(findings, &section.count_file(unit, machine.desk.url.path()));
    }
}

/// The program that reads the kiosk's screen, where one is named.
pub(super) fn read_aloud(machine: &Machine<'_>, findings: &mut Findings) {
    let Some(section) = machine.configs.kiosk.as_ref().map(|config| &config.read_aloud) else {
        return;
    };
    let program = section.command.first().cloned().unwrap_or_default();
    match section.found() {
        None => {}
        Some(true) => findings.fine(
            "read_aloud",
            words(format!("{program} đọc màn hình"), format!("{program} reads the screen")),
        ),
        Some(false) => findings.warn(
            "read_aloud",
            words(format!("không có chương trình {program}"), format!("there is no program {program}")),
            words(
                "Cài chương trình hoặc sửa mục [read_aloud] trong kiosk.toml; nút Đọc màn hình đang ẩn.",
                "Install it or correct [read_aloud] in kiosk.toml; the button is hidden meanwhile.",
            ),
        ),
    }
}

/// The program that reads notices in the hall, where one is named.
pub(super) fn reader(machine: &Machine<'_>, findings: &mut Findings) {
    let sound = machine.configs.hall.as_ref().map(|config| &config.sound);
    let Some(program) = sound.and_then(|sound| sound.reader.first()) else { return };
    if found(program) {
        let said = format!("{program} đọc thông báo");
        findings.fine("reader", words(said, format!("{program} reads notices")));
    } else {
        findings.warn(
            "reader",
            words(format!("không có chương trình {program}"), format!("there is no program {program}")),
            words(
                "Cài chương trình hoặc sửa reader trong hall.toml; thông báo chỉ hiện, không đọc.",
                "Install it or correct reader in hall.toml; notices are shown and not read meanwhile.",
            ),
        );
    }
}

fn unusable(findings: &mut Findings, error: &dyn std::fmt::Display) {
    let said = error.to_string();
    let todo = words(
        "Sửa mục [printer] trong kiosk.toml theo tệp mẫu.",
        "Correct [printer] in kiosk.toml; the sample names the choices.",
    );
    findings.bad("printer", words(said.clone(), said), todo);
}

/// How much is left on the roll, where it is counted.
fn paper(findings: &mut Findings, count: &Path) {
    if let Ok(Some(left)) = paper_left(count) {
        let tickets = left.tickets;
        let said = words(
            format!("giấy in còn khoảng {tickets} phiếu"),
            format!("paper for about {tickets} slips is left"),
        );
        match tickets {
            0..=FEW => findings.warn(
                "paper",
                said,
                words("Chuẩn bị cuộn giấy mới.", "Have a new roll at hand."),
            ),
            _ => findings.fine("paper", said),
        }
    }
}

fn ask(findings: &mut Findings, at: &str, config: &PrinterConfig) {
    match Printer::ask(config) {
        Ok(false) => findings.fine(
            "printer",
            words(format!("máy in {at} sẵn sàng"), format!("the printer {at} is ready")),
        ),
        Ok(true) => findings.warn(
            "printer",
            words(format!("máy in {at} sắp hết giấy"), format!("the printer {at} is nearly out of paper")),
            words("Chuẩn bị cuộn giấy mới.", "Have a new roll at hand."),
        ),
        Err(trouble) if trouble.code == Code::InUse => findings.fine(
            "printer",
            words(
                format!("máy in {at} đang do chương trình lấy số giữ"),
                format!("the printer {at} is held by a program, as by a kiosk that runs"),
            ),
        ),
        Err(trouble) => findings.bad(
            "printer",
            words(format!("máy in {at}: {trouble}"), format!("the printer {at}: {trouble}")),
            words(
                format!("{} Máy in mạng chỉ nhận một kết nối: tắt luot-kiosk rồi thử lại.", trouble.help_vi()),
                format!("{} One on the network takes a single connection: stop luot-kiosk and look again.", trouble.help_en()),
            ),
        ),
    }
}

fn sound_section<'a>(machine: &'a Machine<'_>) -> Option<&'a SoundSection> {
    machine.configs.hall.as_ref().map(|config| &config.sound)
}

pub(super) fn sound(machine: &Machine<'_>, findings: &mut Findings) {
    let Some(sound) = sound_section(machine) else { return };
    let output = &sound.output;
    let todo = || {
        words(
            "Cắm loa, xem tên thiết bị bằng lệnh aplay -L, sửa dòng output trong hall.toml.",
            "Plug the loudspeaker in, see its name with aplay -L, correct output in hall.toml.",
        )
    };
    let url = match output.parse::<OutputUrl>() {
        Ok(url) => url,
        Err(error) => {
            let said = error.to_string();
            return findings.bad("sound", words(said.clone(), said), todo());
        }
    };
    if url == OutputUrl::Off {
        return findings
            .note("sound", words("loa được tắt trong hall.toml", "sound is off in hall.toml"));
    }
    match url.find() {
        Ok(name) => findings.fine(
            "sound",
            words(format!("loa {output}: {name}"), format!("the sound output {output}: {name}")),
        ),
        Err(error) => findings.bad(
            "sound",
            words(
                format!("không có loa {output}: {error}"),
                format!("the sound output {output}: {error}"),
            ),
            todo(),
        ),
    }
}

pub(super) fn voice(machine: &Machine<'_>, findings: &mut Findings) {
    let Some(sound) = sound_section(machine).filter(|sound| sound.output != "off") else { return };
    // What the first voice lacks is said by the second, as in the hall.
    let (main, fallback) =
        (lacking(machine, sound, &sound.pack), lacking(machine, sound, &sound.fallback_pack));
    let todo = || {
        words(
            format!(
                "Chép lại thư mục giọng đọc vào {}; xem [sound] trong hall.toml.",
                sound.packs.display()
            ),
            format!(
                "Copy the voices to {} again; see [sound] in hall.toml.",
                sound.packs.display()
            ),
        )
    };
    let names = |pack: &str, why: &str| {
        words(format!("giọng {pack}: {why}"), format!("voice {pack}: {why}"))
    };
    match (main, fallback) {
        (Ok(()), _) => findings.fine(
            "voice",
            words(
                format!("giọng {} đọc được mọi số và mọi quầy", sound.pack),
                format!("voice {} can say every number and counter", sound.pack),
            ),
        ),
        (Err(why), Ok(())) => findings.warn("voice", names(&sound.pack, &why), todo()),
        (Err(why), Err(_)) => findings.bad("voice", names(&sound.pack, &why), todo()),
    }
    if let Some(site) = machine.site() {
        let alike = crate::pack::alike_in(site);
        if !alike.is_empty() {
            let pairs: Vec<_> = alike.iter().map(|(a, b)| format!("{a}–{b}")).collect();
            let pairs = pairs.join(", ");
            findings.note(
                "letters",
                words(
                    format!("các chữ đầu số nghe gần giống nhau: {pairs}"),
                    format!("letters of series that sound alike: {pairs}"),
                ),
            );
        }
    }
    if sound.english
        && let Err(why) = lacking(machine, sound, ENGLISH)
    {
        findings.warn("voice", names(ENGLISH, &why), todo());
    }
}

/// Why a pack cannot say every call of the centre.
fn lacking(machine: &Machine<'_>, sound: &SoundSection, name: &str) -> Result<(), String> {
    if name.is_empty() {
        return Err("–".to_owned());
    }
    let pack = Pack::load(&sound.packs.join(name)).map_err(|error| error.to_string())?;
    let region = if sound.region == "south" { Region::South } else { Region::North };
    let lacks = match machine.site() {
        Some(site) => {
            pack.lacks(&letters(site), site.counters.iter().map(queue::Counter::label), region)
        }
        None => pack.lacks(&["A"], ["1"], region),
    };
    if lacks.is_empty() {
        return Ok(());
    }
    Err(format!("thiếu / missing: {}", lacks.into_iter().collect::<Vec<_>>().join(" ")))
}

/// A hall writes down of each call what was heard of it, so its silence shows in the ledger.
pub(super) fn hall(machine: &Machine<'_>, findings: &mut Findings) {
    let Ok(found) = &machine.look.found else { return };
    let last = found.heard.map(|at| machine.time(at));
    match &found.unheard {
        Some((number, at)) if machine.now.since(*at) > SILENT_MS => {
            let at = machine.time(*at);
            findings.warn(
                "hall",
                words(
                    format!("không màn hình nào báo đã gọi số {number} lúc {at}"),
                    format!("no hall screen has said anything of the call of {number} at {at}"),
                ),
                words(
                    "Xem màn hình phòng chờ: luot-hall có chạy không, có nối được hàng đợi không.",
                    "Look at the hall's screen: does luot-hall run, and does it reach the queue?",
                ),
            );
        }
        _ => {
            let last = last.as_deref();
            findings.fine(
                "hall",
                words(
                    format!(
                        "màn hình phòng chờ báo gọi lần cuối: {}",
                        last.unwrap_or("chưa có trong ngày")
                    ),
                    format!(
                        "the hall has last told of a call: {}",
                        last.unwrap_or("not on the last day")
                    ),
                ),
            );
        }
    }
}

//! The queue's memory: the file or the server, the disk under it, the copies.

use queue::Lang;
use station::config::BackupSection;
use station::copies::{Kept, Schedule};
use store::{DiskKind, Error, Files, Found, Store};

use super::{Findings, Machine, words};

const MIB: u64 = 1024 * 1024;
/// Below this a day may not come to its end, bytes.
const FREE_MIN: u64 = 100 * MIB;
/// Below this somebody should make room.
const FREE_GOOD: u64 = 1024 * MIB;
/// A log of this size is not emptied any more: some program holds it.
const LOG_MAX: u64 = 64 * MIB;

pub(super) fn library(findings: &mut Findings) {
    let (version, sound) = Store::library();
    let said = words(format!("SQLite {version}"), format!("SQLite {version}"));
    if sound {
        return findings.fine("library", said);
    }
    findings.bad(
        "library",
        said,
        words(
            "Bản SQLite này có lỗi làm mất dữ liệu. Cài lại bản phát hành của Lượt.",
            "This SQLite can lose data. Install a release of Lượt.",
        ),
    );
}

pub(super) fn disk(machine: &Machine<'_>, findings: &mut Findings) {
    let Some(disk) = &machine.look.disk else { return };
    let said = words(
        format!("dữ liệu nằm trên hệ thống tệp {}", disk.name),
        format!("the queue lies on {}", disk.name),
    );
    let move_it = |why_vi: &str, why_en: &str| {
        words(
            format!("{why_vi} Chuyển thư mục dữ liệu sang ổ đĩa của máy này."),
            format!("{why_en} Move its folder to a disk of this machine."),
        )
    };
    match disk.kind {
        DiskKind::Local => findings.fine("disk", said),
        DiskKind::Memory => findings.warn(
            "disk",
            said,
            move_it("Mất điện là mất hết.", "It is gone when the power is."),
        ),
        DiskKind::Plain => findings.warn(
            "disk",
            said,
            move_it(
                "Hệ thống tệp này không có phân quyền và nhật ký.",
                "It has neither owners nor a journal.",
            ),
        ),
        DiskKind::Network => findings.bad(
            "disk",
            said,
            move_it(
                "SQLite hỏng dữ liệu trên ổ mạng. Nhiều máy thì dùng PostgreSQL.",
                "SQLite loses data on a network disk; counters on other machines need PostgreSQL.",
            ),
        ),
    }
    space(disk.free, machine.look.files, findings);
}

fn space(free: u64, files: Option<Files>, findings: &mut Findings) {
    let mib = free / MIB;
    let said = words(format!("ổ đĩa còn trống {mib} MiB"), format!("{mib} MiB are free"));
    let make_room = words(
        "Xóa bớt tệp cũ, chuyển bản sao lưu sang ổ khác.",
        "Remove old files, move copies to another disk.",
    );
    if free < FREE_MIN {
        findings.bad("space", said, make_room);
    } else if free < FREE_GOOD {
        findings.warn("space", said, make_room);
    } else {
        findings.fine("space", said);
    }
    let Some(files) = files else { return };
    if !files.ballast {
        findings.note(
            "ballast",
            words(
                "chưa có phần dự trữ cho lúc đầy đĩa; chương trình mở hàng đợi sẽ tự tạo khi đủ chỗ",
                "no reserve is kept for a full disk; whoever opens the queue lays it down where there is room",
            ),
        );
    }
    let log = files.log / MIB;
    let said = words(format!("tệp nhật ký WAL {log} MiB"), format!("the log (WAL) has {log} MiB"));
    match files.log > LOG_MAX {
        false => findings.fine("log", said),
        true => findings.warn(
            "log",
            said,
            words(
                "Có chương trình giữ dữ liệu quá lâu. Khởi động lại các chương trình Lượt.",
                "Some program holds the data for too long. Restart the Lượt programs.",
            ),
        ),
    }
    if files.open_to_all {
        findings.warn(
            "modes",
            words(
                "ai dùng máy này cũng đọc được tệp dữ liệu",
                "everybody on this machine can read the data file",
            ),
            words(
                "chmod 0750 thư mục dữ liệu, chmod 0640 các tệp trong đó",
                "chmod 0750 the folder, chmod 0640 the files in it",
            ),
        );
    }
}

pub(super) fn store(machine: &Machine<'_>, findings: &mut Findings) {
    if machine.look.files.is_some_and(|files| files.marked) {
        let error = Error::Rescuing;
        let todo = words(
            "Chờ một phút rồi chạy lại; nếu vẫn vậy: luot rescue",
            "Wait a minute and look again; if it stays: luot rescue",
        );
        findings.bad("store", words(error.help(Lang::Vi), error.to_string()), todo);
    }
    let found = match &machine.look.found {
        Ok(found) => found,
        Err(Error::File { path, .. }) if path.extension().is_some_and(|it| it == "db-shm") => {
            return findings.warn(
                "store",
                words(
                    "một chương trình đã ngừng đột ngột, nhật ký của nó chưa được đọc lại",
                    "a program was cut off, and its log was not taken up yet",
                ),
                words(
                    "Mở một chương trình Lượt bất kỳ (ví dụ luot board) rồi xem lại.",
                    "Start any Lượt program (e.g. luot board), then look again.",
                ),
            );
        }
        Err(error) => {
            let said = words(format!("không đọc được hàng đợi: {error}"), error.to_string());
            return findings.bad("store", said, words(error.help(Lang::Vi), error.help(Lang::En)));
        }
    };
    let known = Store::schema();
    if found.schema < known {
        let schema = found.schema;
        return findings.warn(
            "store",
            words(
                format!("dữ liệu của phiên bản cũ (cấu trúc {schema}, chương trình này {known})"),
                format!("the data is of an older version (schema {schema}, this program {known})"),
            ),
            words(
                "Lần mở đầu tiên sẽ sao lưu rồi tự nâng cấp; tắt hết chương trình Lượt trước đó.",
                "The first program that opens it copies and upgrades it; stop all others before.",
            ),
        );
    }
    let (seq, day) = (found.seq, found.day);
    findings.fine(
        "store",
        words(
            format!("mở được, nguyên vẹn, đến sự kiện {seq} ngày {day}"),
            format!("it opens and is whole, up to event {seq} of {day}"),
        ),
    );
    chain(found, findings);
    past(machine, found, findings);
}

fn chain(found: &Found, findings: &mut Findings) {
    let day = found.day;
    if found.broken.is_empty() {
        let said = words(
            format!("chuỗi sự kiện ngày {day} liền mạch"),
            format!("the chain of {day} is unbroken"),
        );
        findings.fine("chain", said);
    }
    for one in &found.broken {
        findings.bad(
            "chain",
            words(one.vi.clone(), one.en.clone()),
            words(
                "Ngừng phát số, chạy luot check, khôi phục bản sao tốt: luot restore TỆP",
                "Stop issuing, run luot check, restore a good copy: luot restore FILE",
            ),
        );
    }
}

fn past(machine: &Machine<'_>, found: &Found, findings: &mut Findings) {
    if let Some(at) = found.restored {
        let at = machine.time(at);
        findings.warn(
            "restored",
            words(
                format!("dữ liệu đã được khôi phục từ bản sao lúc {at}"),
                format!("the queue was restored from a copy at {at}"),
            ),
            words(
                "Số phát ngay trước đó chỉ còn trên giấy: mời khách lấy số mới.",
                "Numbers given just before are on paper only: give their visitors new ones.",
            ),
        );
    }
    if found.quiet.is_empty() {
        let said =
            words("không quầy nào bỏ khách giữa chừng", "no counter has left a visitor behind");
        findings.fine("counters", said);
    }
    for counter in &found.quiet {
        findings.warn(
            "counters",
            words(
                format!("quầy {counter} đang giữ một khách và không trả lời"),
                format!("counter {counter} holds a visitor and does not answer"),
            ),
            words(
                format!("Mở lại máy quầy {counter}, hoặc ở quầy khác bấm F8 để tiếp nhận."),
                format!("Start counter {counter} again, or take over at another one with F8."),
            ),
        );
    }
}

pub(super) fn backup(machine: &Machine<'_>, findings: &mut Findings) {
    let usual = BackupSection::default();
    let section = machine.configs.web.as_ref().map_or(&usual, |web| &web.backup);
    let unnamed = section.folder.as_os_str().is_empty();
    if unnamed && machine.desk.url.path().is_none() {
        return findings.note(
            "backup",
            words(
                "máy chủ PostgreSQL được sao lưu bằng công cụ của nó; luot backup chép được ra tệp",
                "a server is copied by its own tools; luot backup copies the centre into a file",
            ),
        );
    }
    let folder = match unnamed {
        true => Store::backup_folder(&machine.desk.url),
        false => section.folder.clone(),
    };
    let Some((site, wall)) = machine.site().zip(machine.wall()) else {
        let count = Store::backups(&folder).map_or(0, |copies| copies.len());
        let place = folder.display();
        return findings.note(
            "backup",
            words(format!("{count} bản sao trong {place}"), format!("{count} copies in {place}")),
        );
    };
    let kept = match Kept::read(&folder, &wall) {
        Ok(kept) => kept,
        Err(error) => {
            let said = words(format!("không đọc được: {error}"), error.to_string());
            return findings.bad("backup", said, words(error.help(Lang::Vi), error.help(Lang::En)));
        }
    };
    let schedule = Schedule { every_min: section.every_min };
    let alarms = kept.alarms(site, &wall, schedule, machine.now);
    for alarm in &alarms {
        findings.bad(
            "backup",
            words(alarm.vi.clone(), alarm.en.clone()),
            words(
                "Xem luot serve (hoặc luot-backup.timer) có chạy không; chạy luot backup, rồi luot backup --prove",
                "See that luot serve (or luot-backup.timer) runs; luot backup, then luot backup --prove",
            ),
        );
    }
    if let (true, Some((made, _))) = (alarms.is_empty(), kept.copies.first()) {
        let made = machine.time(*made);
        let proven = kept.proof.and_then(|proof| proof.good).map(|at| machine.time(at));
        findings.fine(
            "backup",
            words(
                format!(
                    "bản sao mới nhất {made}, khôi phục thử {}",
                    proven.as_deref().unwrap_or("chưa")
                ),
                format!(
                    "newest copy {made}, restored on trial {}",
                    proven.as_deref().unwrap_or("not yet")
                ),
            ),
        );
    }
}

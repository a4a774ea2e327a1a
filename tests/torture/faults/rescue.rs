//! A disk that fails to read has not damaged the file: nothing is replaced (P15).

use std::process::Command;

use store::Store;

use super::{START, assert_in_order, morning};
use crate::programs::bin;
use crate::torture::hall::{fast_folder, url_in};
use crate::torture::{figure, long};

/// P15: the n-th read of a sound file fails, alone or with all that follow, while it is judged, also
/// after somebody has said that it is damaged: it stays where it is, with every answer in it.
#[test]
fn a_read_that_fails_is_no_damage() {
    let template = fast_folder();
    let journal = morning(template.path());
    let copies = Store::backup_folder(&url_in(template.path()));
    Store::open(&url_in(template.path())).unwrap().backup(&copies, START).unwrap();
    let backup = std::fs::read_dir(&copies).unwrap().next().unwrap().unwrap().path();
    let mut tried = 0;
    for marked in [false, true] {
        for tail in ["", "+"] {
            let mut nth = 1;
            loop {
                let folder = fast_folder();
                let to = Store::backup_folder(&url_in(folder.path()));
                std::fs::create_dir(&to).unwrap();
                std::fs::copy(&backup, to.join(backup.file_name().unwrap())).unwrap();
                for name in ["queue.db", "queue.lock", "queue.nudge"] {
                    std::fs::copy(template.path().join(name), folder.path().join(name)).unwrap();
                }
                if marked {
                    std::fs::write(folder.path().join("queue.damaged"), "").unwrap();
                }
                let path = folder.path().join("queue.db");
                let trace = folder.path().join("trace");
                let fault = format!("inject=pread64:error=EIO:when={nth}{tail}");
                let out = Command::new("strace")
                    .args(["-f", "-e", "trace=pread64", "-e", &fault, "-P"])
                    .arg(&path)
                    .arg("-o")
                    .arg(&trace)
                    .arg(bin().join("luot"))
                    .args(["--store", &url_in(folder.path()).to_string(), "rescue"])
                    .output()
                    .unwrap();
                let said = String::from_utf8_lossy(&out.stdout).into_owned();
                let injected = std::fs::read_to_string(&trace).unwrap().contains("(INJECTED)");
                let sound = said.contains("sound");
                assert!(sound || out.status.code() == Some(2), "read {nth}{tail}: {out:?}");
                let aside = std::fs::read_dir(folder.path()).unwrap().any(|entry| {
                    entry.unwrap().file_name().to_string_lossy().starts_with("queue.aside")
                });
                assert!(!aside, "read {nth}{tail}: a sound file was put aside: {said}");
                // Whoever looks next, on a disk that reads, finds it sound and goes on.
                let (store, rescued) =
                    Store::open_or_rescue(&url_in(folder.path()), START).unwrap();
                assert_eq!(rescued, None, "read {nth}{tail}");
                drop(store);
                assert_in_order(folder.path(), &journal);
                if !injected {
                    break;
                }
                tried += 1;
                nth += if long() { 1 } else { 7 };
            }
        }
    }
    assert!(tried > 12, "{tried} reads only");
    figure("faults", "reads that fail while a file is judged", format!("{tried}: none replaced"));
}

//! A centre that moves: from a file to a server and back, also when the last answer is lost.

use serde_json::Value;
use store::{Error, Store, StoreUrl};
use xtask::cluster::Cluster;
use xtask::line::Line;

use crate::server::{init, luot};

#[test]
fn a_centre_is_carried_to_a_server_and_back() {
    let cluster = Cluster::in_memory().unwrap();
    let server = cluster.create("luot").unwrap();
    let folder = tempfile::tempdir().unwrap();
    let file = |name: &str| format!("sqlite:{}", folder.path().join(name).display());
    let (first, again) = (file("queue.db"), file("again.db"));
    init(&first);
    for _ in 0..5 {
        luot(&first, &["issue", "stnmt"]);
    }
    luot(&first, &["call-next", "10"]);
    let (_, head) = luot(&first, &["ledger"]);
    let (code, said) = luot(&first, &["move", "--from", &first, "--to", &server]);
    assert_eq!(code, Some(0), "{said}");
    let kiosk = said["logins"]["kiosk"].as_str().unwrap();
    assert_eq!(luot(kiosk, &["board"]).0, Some(0), "each program has its login");
    let (code, said) = luot(&server, &["enrol"]);
    assert_eq!(code, Some(0), "{said}");
    assert_eq!(luot(kiosk, &["board"]).0, Some(2), "the password is another now");
    let owner = said["logins"]["owner"].as_str().unwrap().to_owned();
    assert_eq!(luot(&first, &["board"]).0, Some(2), "the old file is no queue any more");
    assert_eq!(luot(&server, &["ledger"]).1, head, "the chain is the same");
    assert_eq!(luot(&server, &["call-next", "10"]).0, Some(0));
    // A command that called beats for nobody, which is all that is wrong.
    let (code, said) = luot(&server, &["doctor", "--config", "/nowhere"]);
    let lines = said["lines"].as_array().unwrap();
    let of =
        |check: &str| lines.iter().find(|line| line["check"] == check).unwrap()["state"].clone();
    let states = ["store", "chain", "counters", "backup"].map(of);
    assert_eq!((code, states), (Some(1), ["fine", "fine", "warning", "note"].map(Value::from)));
    // And its copy is proven as that of a file.
    let copied = folder.path().join("of-server").display().to_string();
    assert_eq!(luot(&server, &["backup", "--to", &copied]).0, Some(0));
    let (code, proof) = luot(&server, &["backup", "--prove", "--to", &copied]);
    assert_eq!(
        (code, &proof["ok"], &proof["tickets"]),
        (Some(0), &true.into(), &5.into()),
        "{proof}"
    );
    let (_, head) = luot(&server, &["ledger"]);
    let (code, said) = luot(&first, &["move", "--from", &owner, "--to", &again]);
    assert_eq!(code, Some(0), "{said}");
    assert_eq!(luot(&again, &["ledger"]).1, head);
    assert_eq!(luot(&again, &["check"]).0, Some(0));
    assert_eq!(luot(&again, &["call-next", "10"]).0, Some(0));
    assert_eq!(luot(&server, &["call-next", "10"]).0, Some(2), "the server gave it up");
}

/// The server gives the centre up, and its answer is lost: asked once more it says the same. When
/// that is lost, too, nobody goes on by guessing: the copy waits under another name.
#[test]
fn a_centre_whose_last_answer_is_lost_is_given_up_once() {
    let cluster = Cluster::in_memory().unwrap();
    let server = cluster.create("luot").unwrap();
    init(&server);
    let folder = tempfile::tempdir().unwrap();
    let line = Line::to(cluster.port()).unwrap();
    let over: StoreUrl = line.over(&server, cluster.port()).parse().unwrap();
    let now = station::Clock::system().now().wall;
    for (lost, file) in [(1, "first.db"), (2, "second.db")] {
        let path = folder.path().join(file);
        let to: StoreUrl = format!("sqlite:{}", path.display()).parse().unwrap();
        let before = Store::open(&server.parse().unwrap()).unwrap().last_seq().unwrap();
        line.lose("luot.retire", "SELECT 1", lost);
        let carried = Store::carry(&over, &to, now);
        assert_eq!(line.to_lose(), 0);
        let gone = Store::open(&server.parse().unwrap());
        assert!(matches!(gone, Err(Error::NoCentre { .. })), "two go on: {carried:?}");
        let arriving = path.with_extension("arriving");
        if lost == 1 {
            assert_eq!(carried.unwrap().seq, before);
        } else {
            let said = carried.unwrap_err();
            assert!(matches!(said, Error::OutcomeUnknown { .. }), "{said}");
            assert!(said.to_string().contains("second.arriving"), "{said}");
            assert!(!path.exists(), "nobody opens it by its name");
            // The keeper has looked: the server has none, so the copy is the centre.
            std::fs::rename(&arriving, &path).unwrap();
        }
        assert!(!arriving.exists());
        let mut here = Store::open(&to).unwrap();
        assert_eq!((here.last_seq().unwrap(), here.check().unwrap()), (before, vec![]));
        drop(here);
        // And back, for the next round.
        Store::carry(&to, &server.parse().unwrap(), now).unwrap();
    }
}

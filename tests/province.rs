//! Who may what in a province's database.

use serde_json::Value;
use xtask::cluster::Cluster;

use crate::server::luot;

/// A centre of its own in a file, with numbers given.
fn centre(folder: &std::path::Path, id: &str, numbers: usize) -> String {
    let text = std::fs::read_to_string(xtask::root().join("config/yenbai/site.toml")).unwrap();
    let site = folder.join(format!("{id}.toml"));
    std::fs::write(&site, text.replace("id = \"yenbai\"", &format!("id = \"{id}\""))).unwrap();
    let store = format!("sqlite:{}", folder.join(format!("{id}.db")).display());
    assert_eq!(luot(&store, &["init", "--site", site.to_str().unwrap()]).0, Some(0));
    for _ in 0..numbers {
        assert_eq!(luot(&store, &["issue", "stnmt"]).0, Some(0));
    }
    store
}

fn address(said: &(Option<i32>, Value)) -> String {
    assert_eq!(said.0, Some(0), "{}", said.1);
    said.1["address"].as_str().unwrap().to_owned()
}

#[test]
fn a_centre_ships_its_own_and_sees_nobody_elses_and_a_reader_changes_nothing() {
    let cluster = Cluster::in_memory().unwrap();
    let province = cluster.create("province").unwrap();
    let reader = address(&luot(&province, &["province", "init"]));
    let ship_a = address(&luot(&province, &["province", "enrol", "xa-a"]));
    let ship_b = address(&luot(&province, &["province", "enrol", "xa-b"]));
    let folder = tempfile::tempdir().unwrap();
    let (a, b) = (centre(folder.path(), "xa-a", 3), centre(folder.path(), "xa-b", 5));
    let ship = |from: &str, to: &str| luot(from, &["ship", "--to", to]);
    assert_eq!(ship(&a, &ship_a).0, Some(0));
    assert_eq!(ship(&b, &ship_b).0, Some(0));
    // The wrong login of the two.
    luot(&a, &["issue", "stnmt"]);
    let (code, said) = ship(&a, &ship_b);
    assert_eq!(code, Some(2));
    assert!(said["error"].as_str().unwrap().contains("may not"), "{said}");
    assert_eq!(ship(&a, &ship_a).1["sent"], 1);

    let sql = |login: &str, sql: &str| Cluster::sql_as(login, sql).map_err(|e| e.to_string());
    let sites = "SELECT string_agg(DISTINCT site, ' ' ORDER BY site) FROM province";
    for table in ["line", "event", "day"] {
        assert_eq!(sql(&ship_a, &format!("{sites}.{table}")).as_deref(), Ok("xa-a"));
        assert_eq!(sql(&reader, &format!("{sites}.{table}")).as_deref(), Ok("xa-a xa-b"));
        for (login, change) in [
            (&ship_a, format!("DELETE FROM province.{table}")),
            (&ship_a, format!("UPDATE province.{table} SET site = 'xa-b'")),
            (&reader, format!("DELETE FROM province.{table}")),
        ] {
            let denied = sql(login, &change).unwrap_err();
            assert!(denied.contains("permission denied"), "{denied}");
        }
    }
    let forged = "INSERT INTO province.line(site, epoch, name) VALUES('xa-b', 'forged', '')";
    assert!(sql(&ship_a, forged).unwrap_err().contains("row-level security"));
    assert!(sql(&reader, forged).unwrap_err().contains("permission denied"));
    for secret in ["province.waits", "province.waiting", "province.live", "province.member"] {
        let denied = sql(&ship_a, &format!("SELECT * FROM {secret}")).unwrap_err();
        assert!(denied.contains("permission denied"), "{denied}");
    }
    // The board is the reader's.
    let (code, last) = luot(&reader, &["board", "--province"]);
    assert_eq!((code, &last["site"], &last["waiting"]), (Some(0), &"xa-b".into(), &5.into()));
    assert_eq!(luot(&ship_a, &["board", "--province"]).0, Some(2));
    // A new password, and the old one is none any more.
    let again = address(&luot(&province, &["province", "enrol", "xa-a"]));
    assert_eq!(ship(&a, &ship_a).0, Some(2));
    assert_eq!(ship(&a, &again).0, Some(0));
    // Whoever may not make logins makes none.
    assert_eq!(luot(&ship_a, &["province", "enrol", "xa-b"]).0, Some(2));
}

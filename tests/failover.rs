//! The server's machine is gone, and what takes over has not all that was given: a standby that
//! followed it until the line between them broke, or its files put together from an archive.

use std::fs::OpenOptions;
use std::io::Write;

use station::Clock;
use station::desk::News;
use store::Store;
use xtask::cluster::Cluster;

use crate::server::{desk, init, luot, until};
use crate::set_back::{given, goes_on_after_a_rescue, keeper_copy};

/// Programs that know both machines go to the one that writes.
fn at_both(address: &str, first: &Cluster, second: &Cluster) -> String {
    let (first, second) = (first.port(), second.port());
    let both = format!("127.0.0.1:{first},127.0.0.1:{second}/");
    let address = address.replace(&format!("127.0.0.1:{first}/"), &both);
    format!("{address}&target_session_attrs=read-write")
}

#[test]
fn a_standby_that_took_over_goes_on_above_what_may_be_on_paper() {
    let mut first = Cluster::in_memory().unwrap();
    let province = Cluster::in_memory().unwrap();
    let central = province.create("province").unwrap();
    let logins = init(&first.create("luot").unwrap());
    let mut standby = first.standby(&["fsync=off", "max_connections=300"]).unwrap();
    let login = |role: &str| at_both(logins[role].as_str().unwrap(), &first, &standby);
    let (owner, kiosk) = (login("owner"), login("kiosk"));
    let (desk, told) = desk(&kiosk);
    until(&told, |news| matches!(news, News::Board { .. }).then_some(()));
    assert_eq!(given(&desk, &told).as_deref(), Ok("H001"));
    assert_eq!(given(&desk, &told).as_deref(), Ok("H002"));
    let arrived = format!(
        "SELECT pg_last_wal_replay_lsn() >= '{}'",
        first.sql("postgres", "SELECT pg_current_wal_flush_lsn()").unwrap()
    );
    xtask::stage::wait("the standby", || {
        standby.sql("postgres", &arrived).is_ok_and(|said| said == "t").then_some(())
    })
    .unwrap();
    // One that only follows shows all and gives nothing.
    let alone = logins["kiosk"].as_str().unwrap();
    let alone = alone.replace(&first.port().to_string(), &standby.port().to_string());
    let mut shown = Store::open(&alone.parse().unwrap()).unwrap();
    assert_eq!(shown.board(Clock::system().now().wall).unwrap().tickets.len(), 2);
    drop(shown);
    let (code, said) = luot(&alone, &["issue", "stnmt"]);
    assert_eq!(code, Some(2), "{said}");
    assert!(said["error"].as_str().unwrap().contains("can only be read"), "{said}");

    // What the first gives from here on, it gives alone.
    standby.stop(true).unwrap();
    assert_eq!(given(&desk, &told).as_deref(), Ok("H003"));
    first.stop(false).unwrap();
    standby.start().unwrap();
    standby.sql("postgres", "SELECT pg_promote()").unwrap();
    goes_on_after_a_rescue(&owner, (&desk, &told), || luot(&owner, &["ship", "--to", &central]));
}

#[test]
fn a_server_from_its_archive_goes_on_above_what_may_be_on_paper() {
    let folder = tempfile::tempdir().unwrap();
    let archive = folder.path().display();
    let open = std::os::unix::fs::PermissionsExt::from_mode(0o777);
    std::fs::set_permissions(folder.path(), open).unwrap();
    let keep = format!("archive_command=cp %p {archive}/%f");
    let mut cluster = Cluster::on_disk(&["fsync=off", "archive_mode=on", &keep]).unwrap();
    let province = Cluster::in_memory().unwrap();
    let central = province.create("province").unwrap();
    let logins = init(&cluster.create("luot").unwrap());
    let base = cluster.data().with_extension("base");
    cluster.copy_to(&base, &[]).unwrap();
    let (desk, told) = desk(logins["kiosk"].as_str().unwrap());
    until(&told, |news| matches!(news, News::Board { .. }).then_some(()));
    assert_eq!(given(&desk, &told).as_deref(), Ok("H001"));
    assert_eq!(given(&desk, &told).as_deref(), Ok("H002"));
    cluster.sql("postgres", "SELECT pg_create_restore_point('noon')").unwrap();
    assert_eq!(given(&desk, &told).as_deref(), Ok("H003"));

    // In order, so that the archive has all; the keeper goes back to noon.
    cluster.stop(true).unwrap();
    std::fs::remove_dir_all(cluster.data()).unwrap();
    keeper_copy(&base, &cluster.data());
    let settings = cluster.data().join("postgresql.auto.conf");
    let mut settings = OpenOptions::new().append(true).open(settings).unwrap();
    writeln!(
        settings,
        "restore_command = 'cp {archive}/%f %p'\nrecovery_target_name = 'noon'\n\
         recovery_target_action = 'promote'"
    )
    .unwrap();
    std::fs::write(cluster.data().join("recovery.signal"), "").unwrap();
    cluster.give_folder().unwrap();
    cluster.start().unwrap();
    let owner = logins["owner"].as_str().unwrap();
    goes_on_after_a_rescue(owner, (&desk, &told), || luot(owner, &["ship", "--to", &central]));
}

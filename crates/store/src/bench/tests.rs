use super::*;

/// Monday 23 November 2026, 08:00 in Yên Bái.
const NOW: Timestamp = Timestamp(1_795_395_600_000);

/// What is measured is an ordinary day on top of an ordinary history.
#[test]
fn a_filled_store_is_a_store_with_its_history() {
    let folder = tempfile::tempdir().unwrap();
    let url = format!("sqlite:{}", folder.path().join("queue.db").display()).parse().unwrap();
    let site = toml::from_str(include_str!("../../../../config/yenbai/site.toml")).unwrap();
    let service = ServiceId::from("stnmt");
    let mut store = fill(&url, &site, &service, 30, 2_000, NOW).unwrap();
    let events = store.feed(0, usize::MAX).unwrap();
    assert_eq!(events.len(), 2_002, "the site, the history, today");
    assert!(events.windows(2).all(|pair| pair[0].day <= pair[1].day));
    let requests: i64 = store
        .read(|db, _| {
            let sql = "SELECT count(*) FROM event INDEXED BY event_req WHERE req IS NOT NULL";
            Ok(db.query_row(sql, [], |row| row.get(0))?)
        })
        .unwrap();
    assert_eq!(requests, 2_002);
    assert_eq!(store.board(NOW).unwrap().waiting(&service), 30);
    let took = store.time_sql(&service, &"10".into(), 10, NOW).unwrap();
    assert!(took.issue > Duration::ZERO && took.call > Duration::ZERO);
    assert_eq!(store.last_seq().unwrap(), 2_002, "it was a rehearsal");
    let issue = Action::Issue { service: service.clone(), wish: Wish::default() };
    let done = store.act(Uuid::now_v7(), &issue, NOW).unwrap();
    assert_eq!(done.ticket.unwrap().number.count(), 31, "no day was closed by it");
}

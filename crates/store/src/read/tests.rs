use super::*;

/// The hot statements go through their index and sort nothing that waits.
#[test]
fn the_plans_are_seeks() {
    let db = Connection::open_in_memory().unwrap();
    crate::schema::migrate(&db, 0).unwrap();
    let plan = |sql: &str| -> String {
        let mut statement = db.prepare(&format!("EXPLAIN QUERY PLAN {sql}")).unwrap();
        let parameters = statement.parameter_count();
        let rows = statement
            .query_map(rusqlite::params_from_iter(vec![1_i64; parameters]), |row| {
                row.get::<_, String>(3)
            });
        rows.unwrap().collect::<Result<Vec<_>, _>>().unwrap().join("; ")
    };
    let head = plan(crate::act::HEAD);
    assert_eq!(head, "SEARCH leg USING COVERING INDEX leg_waiting (service_id=? AND lane=?)");
    let sent = plan(crate::act::SENT);
    assert!(sent.contains("USING INDEX leg_sent (only_counter=?)"), "{sent}");
    let due = plan(crate::act::DUE);
    assert!(due.contains("leg_due"), "{due}");
    let held = plan(crate::act::HELD_BY);
    assert!(held.contains("SEARCH l USING INDEX leg_counter (counter_id=?)"), "{held}");
    let feed = plan(FEED);
    assert!(feed.contains("SEARCH e USING INTEGER PRIMARY KEY (rowid>?)"), "{feed}");
    for plan in [head, sent, held, feed] {
        assert!(!plan.contains("SCAN") && !plan.contains("TEMP B-TREE"), "{plan}");
    }
}

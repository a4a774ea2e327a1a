use super::*;

#[test]
fn a_fault_that_is_gone_is_seen_within_five_seconds() {
    let most = Profiles::built_in().unwrap();
    for id in most.ids() {
        let questions = most.named(id).unwrap().status.len();
        let limits = Limits::default();
        let back = limits.back_within(u32::try_from(questions).unwrap());
        assert!(back <= Duration::from_secs(5), "{id}: {back:?}");
        // A printer that took no bytes is asked again after the stall.
        assert!(limits.stall + limits.retry < Duration::from_secs(5));
    }
}

//! A centre without any network: neither a name server nor the time nor a page is needed.

use std::process::Command;

/// The whole way of a visitor, through the real programs.
const STORY: &str = "programs::a_visitor_is_served_from_touch_to_voice";
/// A loopback and nothing else, then this very binary.
const SCRIPT: &str =
    r#"ip link set lo up && test "$(ip -oneline link | wc --lines)" = 1 && exec "$0" "$@""#;

/// P13: on a machine that has only its loopback, a visitor takes a number, the slip is printed, an
/// officer calls it, the hall shows and says it. Where making a network of one's own is not allowed,
/// nothing is proven, and that is told.
#[test]
fn a_centre_works_with_no_network_at_all() {
    let alone = |words: &[&str]| {
        let mut run = Command::new("unshare");
        run.args(["--user", "--map-root-user", "--net", "sh", "-c", SCRIPT]).args(words);
        run.output()
    };
    if !alone(&["true"]).is_ok_and(|tried| tried.status.success()) {
        return crate::torture::figure("network", "none at all", "no right to make one");
    }
    let this = std::env::current_exe().unwrap();
    let done = alone(&[this.to_str().unwrap(), "--exact", STORY]).unwrap();
    let said = String::from_utf8_lossy(&done.stdout);
    assert!(done.status.success(), "{said}\n{}", String::from_utf8_lossy(&done.stderr));
    assert!(said.contains("1 passed"), "{said}");
}

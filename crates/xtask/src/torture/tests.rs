use super::*;

#[test]
fn the_line_of_all_visitors_is_a_figure() {
    let mut tabled = Tabled { name: "waits", title: String::new() };
    let mut read = |line: &str| tabled.read(line);
    assert_eq!(read("...Eight counters"), None);
    assert_eq!(read("  range  visitors  inside  longer"), None);
    let figure = read("  all       54554   94.0%    4.2%    +1.4     4.2    14.1").unwrap();
    let wanted = ["waits", "Eight counters", "94.0% of 54554 within the range, 4.2% longer"];
    assert_eq!(figure, wanted);
    assert_eq!(read("  waited    32630   90.1%    7.1%    +0.6     5.4    20.2"), None);
}

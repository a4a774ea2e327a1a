use super::*;

#[test]
fn an_answer_is_told_by_its_fixed_bits() {
    let answers = (0..=255).filter(|byte| is_answer(*byte)).count();
    assert_eq!(answers, 16);
    assert!(is_answer(0x12) && !is_answer(0x00) && !is_answer(0x11) && !is_answer(0x13));
}

#[test]
fn a_digit_of_the_job_name_is_not_taken_for_a_status() {
    assert_eq!(reply(&[0x37, 0x22, b'2', b'2', b'2', b'2', 0], *b"2222"), Some(Reply::ProcessId));
    assert_eq!(reply(&[0x37, 0x22, b'1', b'1', b'1', b'1', 0], *b"2222"), None);
    assert_eq!(reply(&[0x14, 0x00, 0x00, 0x0F], *b"2222"), None);
    assert_eq!(reply(&[0x00], *b"2222"), Some(Reply::Barrier));
}

#[test]
fn the_end_of_the_paper_is_told_from_its_near_end() {
    assert_eq!(read(4, 0x72).unwrap_err().code, Code::PaperOut);
    assert!(read(4, 0x1E).is_ok() && near_end(0x1E));
    assert_eq!(read(2, 0x16).unwrap_err().code, Code::CoverOpen);
    assert_eq!(read(3, 0x1A).unwrap_err().code, Code::Cutter);
}

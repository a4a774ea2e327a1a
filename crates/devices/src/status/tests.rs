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
    assert!(read(4, 0x1E).unwrap().near_end && !read(4, 0x12).unwrap().near_end);
    assert_eq!(read(2, 0x16).unwrap_err().code, Code::CoverOpen);
    assert_eq!(read(3, 0x1A).unwrap_err().code, Code::Cutter);
    assert_eq!(read(1, 0x1A).unwrap_err().code, Code::Offline);
}

#[test]
fn the_full_status_tells_a_slip_in_the_mouth() {
    let said = |paper, user, passing, lasting| {
        answer(FULL, &[0x00, 0x10, 0x0F, paper, user, passing, lasting])
    };
    assert_eq!(said(0, 0, 0, 0), Some(Ok(Seen::default())));
    assert_eq!(said(0x24, 0x0C, 0, 0), Some(Ok(Seen { near_end: true, in_mouth: true })));
    for (bytes, code) in [
        ([1, 0, 0, 0], Code::PaperOut),
        ([0, 2, 0, 0], Code::CoverOpen),
        ([0, 0, 0x40, 0], Code::Jam),
        ([0, 0, 0, 1], Code::Cutter),
        ([0, 0, 0, 4], Code::Error),
    ] {
        let [paper, user, passing, lasting] = bytes;
        assert_eq!(said(paper, user, passing, lasting).unwrap().unwrap_err().code, code);
    }
    assert_eq!(answer(FULL, &[0x10, 0x0F, 0, 0, 0]), None, "not whole yet");
}

#[test]
fn a_printer_says_its_name_in_a_block() {
    assert_eq!(name(b"\x16_TM-T82II\0").as_deref(), Some("TM-T82II"));
    assert_eq!(name(b"_TM-T82II"), None, "not whole yet");
    assert_eq!(name(b"_\x01\0"), None);
    assert_eq!(name(b"C"), None);
}

use super::*;

fn screen(diagonal_in: f32, distance_m: f32) -> ScreenSection {
    ScreenSection { diagonal_in, distance_m, shift_px: 0 }
}

/// The figures of `notes` on type: 55″, 0.634 mm a pixel.
#[test]
fn the_formula_gives_the_heights_of_the_standard() {
    let screen = screen(55.0, 15.0);
    for (arc, metres, height) in [
        (42.0, 5.0, 96.0),
        (42.0, 10.0, 193.0),
        (42.0, 15.0, 289.0),
        (28.6, 10.0, 131.0),
        (16.0, 10.0, 73.0),
        (16.0, 15.0, 110.0),
    ] {
        let found = pixels(&screen, arc, metres);
        assert!((found - height).abs() < 0.6, "{arc} at {metres}: {found}");
    }
    assert!((arc(&screen, 289) - 42.0).abs() < 0.05);
}

#[test]
fn the_drawn_hall_is_that_of_a_55_inch_screen_at_15_metres() {
    let drawn =
        Layout { called: 289, many: 193, recent: 131, rows: 2, share: 3, ..Layout::default() };
    assert_eq!(Layout::of(&screen(55.0, 15.0), true), drawn);
    assert_eq!(Layout::of(&screen(75.0, 5.0), true), drawn, "never smaller than drawn");
    let upright = Layout { called: 232, many: 144, recent: 111, rows: 4, upright: true, ..drawn };
    assert_eq!(Layout::of(&screen(55.0, 12.0), false), upright);
}

/// Whatever the glass, the called number is seen under 42 minutes from the last row, or as large as
/// can be and then `arc` says what is missing.
#[test]
fn the_called_number_is_as_large_as_the_last_row_needs() {
    for lying in [true, false] {
        for diagonal in [24.0_f32, 32.0, 43.0, 50.0, 55.0, 65.0, 75.0, 86.0] {
            for tenths in 20..=250_u16 {
                let screen = screen(diagonal, f32::from(tenths) / 10.0);
                let layout = Layout::of(&screen, lying);
                let most = if lying { STACKED_MAX } else { UPRIGHT.called.1 };
                let seen = arc(&screen, layout.called);
                assert!(
                    seen >= ARC_CALLED - 0.05 || layout.called == most,
                    "{screen:?} {layout:?}"
                );
                let rows = layout.rows * (layout.recent * 133 / 100 + GAP);
                let card = if lying { layout.called + 167 } else { UPRIGHT_CARD };
                let high = if layout.stacked { 884 } else { card + rows };
                assert!(high <= if lying { 884 } else { 1_654 }, "{screen:?} {layout:?}");
            }
        }
    }
}

#[test]
fn a_small_screen_far_away_gives_up_its_lesser_parts_first() {
    let near = Layout::of(&screen(55.0, 16.0), true);
    assert_eq!((near.rows, near.stacked, near.share), (1, false, 1), "{near:?}");
    let far = Layout::of(&screen(43.0, 15.0), true);
    assert_eq!((far.rows, far.stacked, far.share), (0, true, 1), "{far:?}");
    assert!(far.called >= 369 && arc(&screen(43.0, 15.0), far.called) >= 41.95);
    let too_far = screen(32.0, 25.0);
    assert!(arc(&too_far, Layout::of(&too_far, true).called) < ARC_LEAST + 5.0);
}

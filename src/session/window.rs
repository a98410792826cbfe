//! The replay window: the highest number accepted, and which of the 1,024 numbers up to it were.

/// How many numbers the window remembers.
pub(super) const SIZE: u64 = 1024;

/// Numbers that were accepted. Each is accepted once; what is too old to be remembered is not accepted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Window {
    /// The highest number accepted, plus 1.
    count: u64,
    /// Number n is bit n mod 8 of byte (n mod 1024) / 8.
    bits: [u8; 128],
}

impl Window {
    pub(super) const BYTES: usize = 8 + 128;

    pub(super) fn new() -> Self {
        Self { count: 0, bits: [0; 128] }
    }

    /// One above the highest number accepted.
    pub(super) fn count(&self) -> u64 {
        self.count
    }

    /// Whether `number` would be accepted.
    pub(super) fn accepts(&self, number: u64) -> bool {
        number >= self.count || (self.count - number <= SIZE && !self.is_set(number))
    }

    /// Whether `number` was accepted, as far as the window remembers.
    pub(super) fn remembers(&self, number: u64) -> bool {
        number < self.count && self.count - number <= SIZE && self.is_set(number)
    }

    /// Accepts `number`, for which [`Window::accepts`] holds.
    pub(super) fn mark(&mut self, number: u64) {
        if number >= self.count {
            for skipped in self.count.max(number.saturating_sub(SIZE))..number {
                self.put(skipped, false);
            }
            self.count = number + 1;
        }
        self.put(number, true);
    }

    fn is_set(&self, number: u64) -> bool {
        self.bits.get(byte(number)).is_some_and(|bits| bits & bit(number) != 0)
    }

    fn put(&mut self, number: u64, set: bool) {
        if let Some(bits) = self.bits.get_mut(byte(number)) {
            *bits = if set { *bits | bit(number) } else { *bits & !bit(number) };
        }
    }

    pub(super) fn to_bytes(&self) -> [u8; Self::BYTES] {
        let mut bytes = [0; Self::BYTES];
        let (count, bits) = bytes.split_at_mut(8);
        count.copy_from_slice(&self.count.to_be_bytes());
        bits.copy_from_slice(&self.bits);
        bytes
    }

    /// The window behind `bytes`; `None` if no window looks like that.
    pub(super) fn from_bytes(bytes: &[u8; Self::BYTES], highest_count: u64) -> Option<Self> {
        let (count, bits) = bytes.split_first_chunk()?;
        let window = Self { count: u64::from_be_bytes(*count), bits: bits.try_into().ok()? };
        let ends_in_a_number = window.count == 0 || window.remembers(window.count - 1);
        let has_no_others = (window.count..SIZE).all(|number| !window.is_set(number));
        (window.count <= highest_count && ends_in_a_number && has_no_others).then_some(window)
    }
}

fn byte(number: u64) -> usize {
    (number % SIZE / 8) as usize
}

fn bit(number: u64) -> u8 {
    1 << (number % 8)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use proptest::prelude::*;

    use super::*;

    /// The model: everything that was ever accepted.
    #[derive(Default)]
    struct Model(BTreeSet<u64>);

    impl Model {
        fn accepts(&self, number: u64) -> bool {
            let too_old = self.0.last().is_some_and(|highest| number + SIZE <= *highest);
            !self.0.contains(&number) && !too_old
        }
    }

    /// Numbers that creep, jump, repeat and fall back around the edge of the window.
    fn numbers() -> impl Strategy<Value = Vec<u64>> {
        let step = prop_oneof![8 => -3_i64..5, 2 => -1100_i64..1100, 1 => 0_i64..5000];
        proptest::collection::vec(step, 1..400).prop_map(|steps| {
            let mut at = 0_i64;
            steps
                .into_iter()
                .map(|step| {
                    at = (at + step).max(0);
                    at as u64
                })
                .collect()
        })
    }

    proptest! {
        #[test]
        fn the_window_accepts_exactly_what_a_set_of_all_numbers_accepts(numbers in numbers()) {
            let (mut window, mut model) = (Window::new(), Model::default());
            for number in numbers {
                prop_assert_eq!(window.accepts(number), model.accepts(number), "{}", number);
                if window.accepts(number) {
                    window.mark(number);
                    model.0.insert(number);
                }
                let again = Window::from_bytes(&window.to_bytes(), u64::MAX);
                prop_assert_eq!(again.as_ref(), Some(&window));
            }
            for number in 0..window.count() {
                let near = window.count() - number <= SIZE;
                prop_assert_eq!(window.remembers(number), near && model.0.contains(&number));
            }
        }
    }

    #[test]
    fn a_jump_over_the_whole_window_forgets_all_of_it() {
        let mut window = Window::new();
        for number in [0, 5, 1023, 5000] {
            window.mark(number);
        }
        assert!(!window.accepts(5000 - 1024));
        assert!((5000 - 1023..5000).all(|number| window.accepts(number)));
        assert!(!window.accepts(5000));
    }

    #[test]
    fn refuses_bytes_that_no_window_has() {
        let mut window = Window::new();
        window.mark(3);
        let good = window.to_bytes();
        assert!(Window::from_bytes(&good, 4).is_some());
        assert!(Window::from_bytes(&good, 3).is_none(), "more than was sent");
        let change = |at: usize, to: u8| {
            let mut bytes = good;
            bytes[at] = to;
            Window::from_bytes(&bytes, 4)
        };
        assert!(change(7, 5).is_none(), "the highest number is not set");
        assert!(change(8, 0x18).is_none(), "a number above the highest");
        assert!(change(7, 0).is_none(), "no count, but a number");
    }
}

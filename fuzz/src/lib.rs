//! Code that must take any bytes: the fuzz targets, and the inputs they share.

pub mod arm;
pub mod targets;
pub mod values;

/// The bytes of an input, taken from its beginning; zeros after its end.
pub struct Choices<'a>(pub &'a [u8]);

impl<'a> Choices<'a> {
    /// One byte.
    pub fn byte(&mut self) -> u8 {
        match self.0 {
            [first, rest @ ..] => {
                self.0 = rest;
                *first
            }
            [] => 0,
        }
    }

    /// One of these.
    pub fn one<'c, T>(&mut self, of: &'c [T]) -> &'c T {
        &of[usize::from(self.byte()) % of.len()]
    }

    /// So many bytes as the next two say, or all that there are.
    pub fn piece(&mut self) -> &'a [u8] {
        let length = usize::from(self.byte()) << 8 | usize::from(self.byte());
        let (piece, rest) = self.0.split_at(length.min(self.0.len()));
        self.0 = rest;
        piece
    }

    /// A short text.
    pub fn text(&mut self) -> String {
        let length = usize::from(self.byte() % 32);
        let (piece, rest) = self.0.split_at(length.min(self.0.len()));
        self.0 = rest;
        String::from_utf8_lossy(piece).into_owned()
    }
}

//! Reads a list of three pages with a pager and shows what the walk can prove about itself.

#![expect(clippy::print_stdout, reason = "an example shows what it found")]

use rollbook_model::{Error, Page, Pager, Paging, Position, Row};

/// The page of a made-up list whose cursor is the number of the next row.
async fn fetch(position: Position) -> Result<Page<u32>, Error> {
    let Position::Token(token) = position else {
        return Err(Error::invalid_argument("this list is read by cursor"));
    };
    let start: u32 = token.and_then(|token| token.parse().ok()).unwrap_or(0);
    let mut page = Page::new((start..start + 2).map(|id| Row::new(id, id)).collect());
    page.next = (start < 4).then(|| (start + 2).to_string());
    Ok(page)
}

fn main() -> Result<(), Error> {
    futures_executor::block_on(async {
        let mut pager = Pager::new("numbers", Paging::Cursor, fetch);
        while let Some(page) = pager.next_page().await {
            println!("a page of {:?}", page?);
        }
        let completeness = pager.completeness();
        println!(
            "{} rows, {}: {}",
            completeness.unique,
            completeness.grade.as_str(),
            completeness.reason
        );
        Ok(())
    })
}

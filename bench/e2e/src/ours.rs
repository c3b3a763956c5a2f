//! *ours*: the facade with its default stack, and one vendor's crate alone.

use std::num::NonZeroU32;
use std::sync::Arc;

use rollbook::model::{DeviceQuery, Pager, UserQuery};
use rollbook::transport::Transport;
use rollbook::{BaseUrl, HttpClient, Rollbook, Secret, Settings, SourceConfig, Walk, banyan, truto, truu};
use rollbook_sandbox::credentials::{
    BANYAN_KEY, TRUTO_INTEGRATED_ACCOUNT, TRUTO_TOKEN, TRUU_CLIENT_ID, TRUU_CLIENT_SECRET,
};
use rollbook_transport_hyper::HyperTransport;
use rollbook_transport_reqwest::ReqwestTransport;

use crate::Result;
use crate::lists::List;

fn source(base_url: &str, list: List, ahead: u32, page_size: u64) -> Result<SourceConfig> {
    let base_url = BaseUrl::parse(base_url)?;
    let name = list.name().parse()?;
    let config = match list {
        List::Truu => SourceConfig::truu(name, truu_config(base_url)?),
        List::Banyan => SourceConfig::banyan(name, banyan_config(base_url)?),
        List::Truto => SourceConfig::truto(name, truto_config(base_url)?),
    };
    let mut settings = Settings::default();
    settings.concurrency = NonZeroU32::new(ahead);
    settings.page_size = u32::try_from(page_size).ok().and_then(NonZeroU32::new);
    Ok(config.with_settings(settings))
}

fn truu_config(base_url: BaseUrl) -> Result<truu::Config> {
    Ok(truu::Config::new(
        base_url,
        TRUU_CLIENT_ID,
        Secret::new(TRUU_CLIENT_SECRET)?,
    ))
}

fn banyan_config(base_url: BaseUrl) -> Result<banyan::Config> {
    Ok(banyan::Config::new(base_url, Secret::new(BANYAN_KEY)?))
}

fn truto_config(base_url: BaseUrl) -> Result<truto::Config> {
    Ok(truto::Config::new(
        base_url,
        TRUTO_INTEGRATED_ACCOUNT,
        Secret::new(TRUTO_TOKEN)?,
    ))
}

/// The facade over one source, made anew: its budgets have seen no request yet.
pub(crate) struct Facade {
    rollbook: Rollbook,
    list: List,
}

impl Facade {
    pub(crate) fn new(
        base_url: &str,
        list: List,
        client: HttpClient,
        ahead: u32,
        page_size: u64,
    ) -> Result<Self> {
        let source = source(base_url, list, ahead, page_size)?;
        let rollbook = Rollbook::builder().client(client).build([&source])?;
        Ok(Self { rollbook, list })
    }

    /// Reads the list, gives each page of rows to `page`, and gives the number of rows.
    pub(crate) async fn read(&self, page: impl FnMut(&dyn erased::Rows)) -> Result<u64> {
        let source = &self.rollbook.sources()[0];
        match self.list {
            List::Truu | List::Banyan => read_walks(source.devices(&DeviceQuery::default())?, page).await,
            List::Truto => read_walks(source.users(&UserQuery::default())?, page).await,
        }
    }
}

/// Rows of any kind that can be written as JSON.
pub(crate) mod erased {
    use std::io::{self, Write};

    use serde::Serialize;

    pub(crate) trait Rows {
        /// Writes each row on a line.
        fn write(&self, out: &mut dyn Write) -> io::Result<()>;
    }

    impl<T: Serialize> Rows for Vec<T> {
        fn write(&self, out: &mut dyn Write) -> io::Result<()> {
            for row in self {
                serde_json::to_writer(&mut *out, row)?;
                out.write_all(b"\n")?;
            }
            Ok(())
        }
    }
}

async fn read_walks<T>(walks: Vec<Walk<T>>, mut page: impl FnMut(&dyn erased::Rows)) -> Result<u64>
where
    T: Send + serde::Serialize + Native + 'static,
{
    let mut count = 0;
    for walk in walks {
        // What the program prints unless it is asked for more.
        let mut walk = walk.map(T::without_native);
        while let Some(rows) = walk.next_page().await {
            let rows = rows?;
            count += rows.len() as u64;
            page(&rows);
        }
        let report = walk.report();
        if !report.is_complete() {
            return Err(report.completeness.reason.into());
        }
    }
    Ok(count)
}

trait Native {
    fn without_native(self) -> Self;
}

impl Native for rollbook::model::Device {
    fn without_native(mut self) -> Self {
        self.native = None;
        self
    }
}

impl Native for rollbook::model::User {
    fn without_native(mut self) -> Self {
        self.native = None;
        self
    }
}

/// The wire of one vendor's crate alone.
pub(crate) fn wire(client: HttpClient) -> Result<Arc<dyn Transport>> {
    Ok(match client {
        HttpClient::Hyper => Arc::new(HyperTransport::builder().build()?),
        _ => Arc::new(ReqwestTransport::builder().build()?),
    })
}

/// One vendor's crate over a bare wire: native rows, no policies.
pub(crate) async fn read_native(
    base_url: &str,
    list: List,
    wire: Arc<dyn Transport>,
    ahead: u32,
    page_size: u64,
) -> Result<u64> {
    let base_url = BaseUrl::parse(base_url)?;
    let name = list.name().parse()?;
    let ahead = NonZeroU32::new(ahead).ok_or("no page ahead")?;
    let size = NonZeroU32::new(u32::try_from(page_size)?).ok_or("no rows on a page")?;
    match list {
        List::Truu => {
            let client = truu::Client::connect(name, truu_config(base_url)?, wire)?;
            read_pager(client.with_pages_ahead(ahead).devices()).await
        }
        List::Banyan => {
            let client = banyan::Client::connect(name, banyan_config(base_url)?, wire)?;
            let client = client.with_pages_ahead(ahead).with_page_size(size);
            read_pager(client.devices(&banyan::DevicesQuery::default())).await
        }
        List::Truto => {
            let client = truto::Client::connect(name, truto_config(base_url)?, wire)?;
            read_pager(client.with_page_size(size).users(&truto::UsersQuery::default())).await
        }
    }
}

async fn read_pager<T: Send + 'static>(mut pager: Pager<T>) -> Result<u64> {
    let mut count = 0;
    while let Some(rows) = pager.next_page().await {
        count += rows?.len() as u64;
    }
    let completeness = pager.completeness();
    if completeness.is_complete() {
        Ok(count)
    } else {
        Err(completeness.reason.into())
    }
}

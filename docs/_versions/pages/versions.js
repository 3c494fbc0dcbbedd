/* The menu of versions, and a banner on the pages of all but the newest: loaded by every version.

The theme's script for both needs a server, the site's full address, and guesses whether a version
has a page. This one knows, and works in a plain folder. It fills the theme's menu and banner. */
{
  const versions = VERSIONS;
  const here = document.currentScript.dataset.version;
  const root = new URL(document.documentElement.dataset.content_root, location);
  const site = new URL("../", root);
  const page = decodeURI(location.pathname.slice(root.pathname.length)).replace(
    /(^|\/)$/,
    "$1index.html",
  );

  const has = (version) => version.pages.includes(page);
  const address = (version, folder = version.url) =>
    new URL(folder + (has(version) ? page : "index.html"), site).href;

  const link = (text, href, className) =>
    Object.assign(document.createElement("a"), { textContent: text, href, className });

  for (const container of document.querySelectorAll(".version-switcher__container")) {
    const menu = container.querySelector(".version-switcher__menu");
    const button = container.querySelector(".version-switcher__button");
    const offer = (text, href) => {
      const option = link(text, href, "dropdown-item list-group-item list-group-item-action py-1");
      option.role = "option";
      menu.append(option);
      return option;
    };
    for (const version of versions) {
      const option = offer(version.name, address(version));
      option.dataset.version = version.version;
      if (version.version === here) {
        option.classList.add("active");
        option.ariaSelected = "true";
      }
    }
    offer("All versions", new URL("versions.html", site).href);
    button.textContent = `Version: ${here}`;
    button.ariaLabel = `Version: ${here}. Choose another`;
    container.parentElement.hidden = false;
  }

  const newest = versions.find((version) => version.preferred);
  if (newest && newest.version !== here) {
    const text = document.createElement("div");
    text.className = "sidebar-message";
    text.append(
      here === "dev"
        ? "This is the version in development."
        : `This is an old version, ${here}.`,
      link(
        has(newest)
          ? `This page in the newest, ${newest.version}`
          : `The newest, ${newest.version}, no longer has this page: go to its start`,
        address(newest, "stable/"),
        "btn text-wrap font-weight-bold ms-3 my-1 align-baseline pst-button-link-to-stable-version",
      ),
    );
    const middle = document.createElement("div");
    middle.className = "bd-header-announcement__content ms-auto me-auto";
    middle.append(text);
    const banner = document.querySelector("#bd-header-version-warning");
    banner.append(middle);
    banner.classList.remove("d-none");
  }
}

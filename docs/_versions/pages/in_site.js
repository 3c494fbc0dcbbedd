/* This is one of several versions: load their list, which is newer than this page. */
{
  const script = document.createElement("script");
  script.src = `$${document.documentElement.dataset.content_root}../versions.js`;
  script.dataset.version = "$version";
  document.head.append(script);
}

/* Nothing here: this book stands alone. In site/, among other versions, this file loads their list. */

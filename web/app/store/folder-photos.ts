/** The photos that the panel Folder holds, for whoever else has a use for them. */
export const folderPhotos: { list(): File[] } = { list: () => [] };
